"""Short ways to write days and rows."""

import datetime as dt
from typing import Any

from tests.fake_gateway.rows import UsageRow

MONDAY = "2025-03-10"
TUESDAY = "2025-03-11"
WEDNESDAY = "2025-03-12"


def day(text: str) -> dt.date:
    """Return the date that `text` spells as `YYYY-MM-DD`."""
    return dt.date.fromisoformat(text)


def utc(text: str) -> dt.datetime:
    """Return the moment that `text` spells as `YYYY-MM-DDTHH:MM:SS`, UTC."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def used(team_id: str | None, api_key: str, model: str | None, prompt: int, **more: Any) -> UsageRow:
    """Return a row of Monday's usage unless another `date` is given."""
    values: dict[str, Any] = {"date": MONDAY, **more}
    return UsageRow(**values, team_id=team_id, api_key=api_key, model=model, prompt=prompt)
