"""The only layer that speaks LiteLLM."""
