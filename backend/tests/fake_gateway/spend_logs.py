"""LiteLLM's answer of spend logs: newest first without a tie-break, whole seconds, a count that is capped."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from tests.fake_gateway.rows import LogRow


def logs_page(
    rows: Sequence[LogRow], span: tuple[str, str], page: int, page_size: int, cap: int
) -> dict[str, Any]:
    """Return one page of the requests that started in `span`, both ends included."""
    first, last = map(_moment, span)
    found = [row for row in rows if first <= row.moment <= last]
    found.sort(key=lambda row: row.moment, reverse=True)
    total = min(len(found), cap)
    return {
        "data": [row.json for row in found[(page - 1) * page_size : page * page_size]],
        "total": total,
        "page": page,
        "page_size": page_size,
        "total_pages": -(-total // page_size),
        "total_is_capped": len(found) > cap,
    }


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)
