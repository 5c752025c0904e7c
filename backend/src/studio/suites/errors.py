"""`SuiteError`: why a file of tools and cases cannot be read."""

from __future__ import annotations


class SuiteError(ValueError):
    """What was given is no suite, or none that can be kept.

    `sentence` says what is wrong; `line` (from 1) or `path`, as in `test_cases[3].prompt`, where.
    """

    def __init__(self, sentence: str, *, line: int | None = None, path: str | None = None) -> None:
        self.sentence, self.line, self.path = sentence, line, path
        where = f"Line {line}: " if line else f"{path}: " if path else ""
        super().__init__(where + sentence)
