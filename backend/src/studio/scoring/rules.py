"""A tool's answer in a case: one result, or rules of which the first that fits is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

RULE_FIELDS = frozenset({"when", "result", "error", "set"})


def rules_of(document: Any) -> list[Mapping[str, Any]] | None:  # noqa: ANN401 - JSON
    """Return the rules where a mock is a list of nothing but rules, else None: it is the result then.

    A rule is an object of `when` ({argument: Expected}), `result`, `error` (a text in place of a result) and `set`
    ({JSON pointer: value}, what the state becomes), of which it has `result`, `error` or `set`.
    """
    if not isinstance(document, list) or not document:
        return None
    are_rules = all(
        isinstance(rule, dict) and rule.keys() <= RULE_FIELDS and rule.keys() - {"when"} for rule in document
    )
    return document if are_rules else None
