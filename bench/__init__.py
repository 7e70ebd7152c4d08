"""Benchmarks: ratios within one run, printed as tables."""
