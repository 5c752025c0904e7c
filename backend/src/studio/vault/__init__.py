"""Users' own keys for providers: encrypted, written and never shown."""
