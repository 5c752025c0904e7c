"""`GET /tokens/hourly`: tokens per hour of the day, from the gateway's spend logs instead of its usage."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import asdict
from functools import partial
from zoneinfo import ZoneInfo

import orjson
from fastapi import Response
from pydantic import Field

from src.api import documentation
from src.api.answers import meta
from src.api.audience import Asked
from src.api.fields import DateRangeParams, Meta, Out, Text, Tokens
from src.api.shapes import shape_of
from src.api.usage_report import Endpoint
from src.services.hourly_usage_service import HourlyQuery, HourlyReport
from src.utils.date_utils import parse_timezone
from src.utils.dependency_config import Gateway
from src.utils.endpoint_utils import execute_date_range_endpoint


class HourlyParams(DateRangeParams):
    """A range, a team, and a time zone."""

    team: Text = Field(None, description="A team's id or unique name; all teams by default.")
    timezone: Text = Field(None, description="An IANA name such as `Europe/Berlin`; UTC by default.")


class HourlyBucket(Out):
    """An hour of the day, over all days of the range."""

    hour: int = Field(ge=0, le=23, description="The hour that begins at this time of day.")
    tokens: Tokens


class Coverage(Out):
    """Which part of the requests that usage tells of the gateway's spend logs have, of the days that were read."""

    requests: int = Field(description="Requests that usage tells of.", examples=[18])
    logged_requests: int = Field(description="How many of those are in the logs, and in the hours.", examples=[18])
    partial_days: list[dt.date] = Field(
        description="UTC days of which the logs lack requests; all of them where the day is missing, too."
    )


class HourlyBreakdownOut(Out):
    """`GET /tokens/hourly`: 24 hours, of the day in the time zone asked for."""

    meta: Meta
    timezone: str = Field(description="The time zone's IANA name.", examples=["Europe/Berlin"])
    hours: list[HourlyBucket] = Field(description="All 24 hours of the day.", min_length=24, max_length=24)
    coverage: Coverage


class _Hourly(Endpoint):
    async def answer(self, asked: Asked, params: HourlyParams, gateway: Gateway) -> Response:
        """Answer with the hours, each time anew."""
        timezone = parse_timezone(params.timezone)
        query = HourlyQuery(params.team or None, timezone, asked.audience.resolve)
        fetch = partial(gateway.hourly.fetch_hourly_tokens, query=query)
        report = await execute_date_range_endpoint(params.start_date, params.end_date, fetch, now=asked.at)
        return Response(await asyncio.to_thread(_body, asked, report, timezone), media_type="application/json")

    @property
    def responses(self) -> documentation.Responses:
        """The errors: those of spend logs, too."""
        return documentation.errors(*documentation.HOURLY)


def _body(asked: Asked, report: HourlyReport, timezone: ZoneInfo) -> bytes:
    shape = shape_of(HourlyBucket, asked.audience.hidden)
    return orjson.dumps(
        {
            "meta": meta(report, asked.state.settings, asked.audience),
            "timezone": timezone.key,
            "hours": [shape(row) for row in report.rows()],
            "coverage": asdict(report.coverage),
        }
    )


_TOKENS_BY_HOUR = {9: 1000, 13: 1500, 14: 100}

REPORT = _Hourly(
    name="hourly",
    summary="Tokens per hour of the day",
    description="""Tell at which hours of the day tokens were used, over all days of the range, in a time zone.

    It is made of the gateway's spend logs; `coverage` tells which part of all requests those have. A range that
    takes too many pages of them is refused.
    """,
    params=HourlyParams,
    model=HourlyBreakdownOut,
    example={
        "timezone": "Europe/Berlin",
        "hours": [{"hour": hour, "tokens": _TOKENS_BY_HOUR.get(hour, 0)} for hour in range(24)],
        "coverage": {"requests": 18, "logged_requests": 18, "partial_days": []},
    },
)
