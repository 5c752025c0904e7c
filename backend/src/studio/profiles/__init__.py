"""Profiles: named sets of parameters for a model, with a system prompt."""
