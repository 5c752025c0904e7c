"""Studio: measures models, and keeps what was measured."""
