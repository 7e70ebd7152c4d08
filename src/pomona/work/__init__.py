"""Loops only: supervisor of children, engine, router, deadlines, outbox, periodic jobs."""
