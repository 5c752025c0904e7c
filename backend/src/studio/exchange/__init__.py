"""Asking a model a case of a suite, tools offered, to its end: what was sent, what came, which calls were made."""
