"""Suites of tools and the cases that models are asked about them, in versions that runs name."""
