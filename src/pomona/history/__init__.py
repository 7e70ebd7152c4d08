"""Computing over the whole past: the same agreement as set-based SQL, over the journal exported to Parquet."""
