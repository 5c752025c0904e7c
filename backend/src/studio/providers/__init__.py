"""Providers of models: what they offer, and at which price."""
