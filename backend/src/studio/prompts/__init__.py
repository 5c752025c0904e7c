"""The prompt library: system prompts in versions, each of which says what it was made of."""
