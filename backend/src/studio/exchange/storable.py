"""What a model said, as JSON that can be written down."""

from __future__ import annotations

from typing import Any

import orjson

DEEPEST = 100
"""Levels that are kept of what nests too deeply to be written as JSON at all."""


def storable(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return what a database can hold of what a model said: longest integers as text, no halves of characters."""
    try:
        orjson.dumps(value)
    except (TypeError, ValueError):
        return _mended(value)
    return value


def _mended(value: Any, depth: int = 0) -> Any:  # noqa: ANN401 - JSON
    if depth > DEEPEST and isinstance(value, dict | list | tuple):
        return "…"
    if isinstance(value, dict):
        return {_mended(str(name)): _mended(item, depth + 1) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_mended(item, depth + 1) for item in value]
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        return str(value)
    return value
