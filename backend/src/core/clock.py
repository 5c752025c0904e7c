"""The time, in UTC."""

from __future__ import annotations

import datetime as dt


def utc_now() -> dt.datetime:
    """Return the time, in UTC."""
    return dt.datetime.now(dt.UTC)
