"""The load engine: a plan in, records out. It knows no database and no web framework."""
