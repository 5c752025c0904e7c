"""Judging tool calls: what was wanted and what was called go in, a verdict and its reasons come out. Pure."""
