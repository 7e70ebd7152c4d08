"""The events on disk: one codec, one ordered append, cursor reads. Plain psycopg; knows no Django."""
