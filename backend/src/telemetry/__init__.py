"""Logs, metrics and traces: what the service tells of itself. Known to every layer, and knows none."""
