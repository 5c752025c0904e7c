"""Why a benchmark cannot be carried out, or not to its end."""

from __future__ import annotations


class FilesError(Exception):
    """Something could not be written or read. The message is one sentence."""


class StudioError(Exception):
    """A Studio refuses, or cannot be reached. The message is one sentence."""
