"""The command line: hands what was asked for to the program that does it, and loads no other."""

from __future__ import annotations

import sys


def main(arguments: list[str] | None = None) -> int:
    """Do what was asked for and return the exit status."""
    given = sys.argv[1:] if arguments is None else arguments
    from src.serving import main as serve  # noqa: PLC0415 - it takes more than a second

    return serve(given)
