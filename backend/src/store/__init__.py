"""Where fetched days are kept."""
