"""The tools of BFCL's multi-turn entries, which name classes alone: names, arguments and types, as V4 has them.

What BFCL says of them in words stands in its `multi_turn_func_doc` alone; entries that bring that as `function`
keep it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import orjson

Json = Any

_FILE = Path(__file__).with_name("bfcl_classes.json")


def functions_of(classes: list[str], excluded: list[str]) -> list[dict[str, Json]] | None:
    """Return the functions of some classes, as BFCL's entries have them; None where a class is not known."""
    known = _classes()
    if not classes or any(name not in known for name in classes):
        return None
    return [function for name in classes for function in known[name] if function["name"] not in excluded]


@cache
def _classes() -> dict[str, list[dict[str, Json]]]:
    return orjson.loads(_FILE.read_bytes())
