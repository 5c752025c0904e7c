"""How much of an answer is read, so that no server can fill the memory."""

from __future__ import annotations

MIB = 1024 * 1024
LONGEST_LINE = MIB
"""Bytes of one line of a stream, and of one event."""
LARGEST_ANSWER = 50 * 1000 * 1000
"""Bytes of a stream."""
LARGEST_DOCUMENT = 8 * MIB
"""Bytes of an answer that comes as one document, which has to be in memory as a whole."""
LARGEST_ERROR = 64 * 1024
"""Bytes of an error's body that are read."""


LARGEST_MESSAGE = 8 * MIB
"""Characters of what a model says in one answer, where that is kept."""
MOST_CALLS = 1000
"""Tool calls in one answer, where they are kept."""


class TooLargeError(Exception):
    """The answer is larger than what is read of one. The message is a sentence."""
