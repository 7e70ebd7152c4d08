"""Pure decisions about leads: immutable values in, values with reasons out; no I/O, no clock."""
