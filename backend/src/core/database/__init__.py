"""What every store stands on. It has no tables."""
