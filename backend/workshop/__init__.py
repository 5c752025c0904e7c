"""Issues keys for a workshop: what `get_api_key.sh` runs. Needs nothing but Python's standard library."""
