"""Benchmarks: how fast models answer."""
