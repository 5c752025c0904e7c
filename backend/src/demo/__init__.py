"""A stand-in for a LiteLLM gateway with made-up data, for trying the dashboard without a gateway."""
