"""Pomona: the agreement between marketing and sales, made executable."""
