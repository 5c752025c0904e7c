"""Measures the back end against references of the same run: `python backend/benchmarks/run.py`."""
