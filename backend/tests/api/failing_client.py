"""A gateway's client of which every method raises."""

import datetime as dt
from collections.abc import Sequence
from typing import NoReturn


class FailingClient:
    """Raises `error`, which may say what no answer and no log may repeat."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def fetch_teams(self) -> NoReturn:
        raise self._error

    def fetch_team_daily_activity(
        self,
        team_ids: Sequence[str] | None,
        start_date: dt.date,
        end_date: dt.date,
        page_size: int,
        *,
        model: str | None = None,
    ) -> NoReturn:
        raise self._error

    def fetch_model_info(self) -> NoReturn:
        raise self._error

    def fetch_spend_logs(self, start: dt.datetime, end: dt.datetime) -> NoReturn:
        raise self._error

    def count_log_pages(self, requests: int) -> NoReturn:
        raise self._error
