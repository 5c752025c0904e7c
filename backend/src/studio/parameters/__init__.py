"""What models take beside a prompt: by provider and by model, and what becomes of values that they do not take."""
