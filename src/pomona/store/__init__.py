"""Leads as they are now: tables, migrations, mappers and the named reads that pages use."""
