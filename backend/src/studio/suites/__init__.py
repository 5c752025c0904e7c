"""Suites of tools and cases: as files of their own, and from and to what others write."""
