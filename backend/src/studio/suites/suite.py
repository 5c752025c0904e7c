"""Reading a suite, of whichever form: our own (JSON, YAML), or BFCL's."""

from __future__ import annotations

from typing import Any

from src.studio.suites.bfcl import read_entries
from src.studio.suites.documents import read_document, read_yaml
from src.studio.suites.errors import SuiteError
from src.studio.suites.limits import checked
from src.studio.suites.own import MOST_CASES, Read, Suite, own_suite

__all__ = ["FORMATS", "MOST_CASES", "Read", "Suite", "SuiteError", "is_bfcl", "read_suite"]

Json = Any

FORMATS = ("auto", "json", "yaml", "bfcl")


def read_suite(source: str | bytes | Json, format: str = "auto") -> Read:  # noqa: A002 - as files name it
    """Return the suite that a text or a document describes: of our own (JSON, YAML) or BFCL's.

    Raises `SuiteError`, which names the line or the path, and says what is wrong there.
    """
    if format not in FORMATS:
        raise SuiteError(f"The format must be {', '.join(FORMATS[:-1])} or {FORMATS[-1]}.")
    if not isinstance(source, str | bytes):
        document = checked(source)
    else:
        document = read_yaml(source) if format == "yaml" else read_document(source)
    if format == "bfcl" or (format == "auto" and is_bfcl(document)):
        return read_entries(document)
    return Read(own_suite(document), [])


def is_bfcl(document: Json) -> bool:
    """Tell whether a document is BFCL's: entries, or one, of a question."""
    if isinstance(document, list):
        return any(isinstance(entry, dict) and "question" in entry for entry in document)
    return isinstance(document, dict) and "question" in document
