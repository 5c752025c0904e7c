"""Objects of JSON in which no key is there twice: `json` would keep the last one, without a word."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Pairs = list[tuple[str, Any]]


def unique_keys(refusal: Callable[[str], Exception]) -> Callable[[Pairs], dict[str, Any]]:
    """Return an `object_pairs_hook` that raises what `refusal` makes of a key that is there more than once."""

    def read(pairs: Pairs) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
            raise refusal(twice)
        return found

    return read
