"""Response models of the operations' routes; those of the reports stand with them, and have their names here, too.

What all of them are made of is in `fields.py`.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from src.api.fields import DateRangeParams, Format, Meta, Out, ReportParams, Totals
from src.api.reports.cost_efficiency import CostEfficiencyCell, CostEfficiencyOut
from src.api.reports.hourly import Coverage, HourlyBreakdownOut, HourlyBucket, HourlyParams
from src.api.reports.models import ModelsOut, ModelUsageOut
from src.api.reports.success_rate import SuccessRateSummaryOut, TeamSuccessRate
from src.api.reports.timeseries import DailyTeamTokens, DailyTimeSeriesPoint, TimeSeriesOut
from src.api.reports.tokens import ApiKeyBreakdown, ModelUsage, TeamBreakdown, TeamOut, TeamsOut, TeamsParams
from src.core.http.errors import ErrorOut

__all__ = [
    "ApiKeyBreakdown",
    "ConfigOut",
    "CostEfficiencyCell",
    "CostEfficiencyOut",
    "Coverage",
    "DailyTeamTokens",
    "DailyTimeSeriesPoint",
    "DateRangeParams",
    "ErrorOut",
    "Format",
    "GatewayStateOut",
    "HealthOut",
    "HistoryOut",
    "HourlyBreakdownOut",
    "HourlyBucket",
    "HourlyParams",
    "Meta",
    "ModelUsage",
    "ModelUsageOut",
    "ModelsOut",
    "ReadyOut",
    "ReportParams",
    "SuccessRateSummaryOut",
    "TeamBreakdown",
    "TeamOut",
    "TeamSuccessRate",
    "TeamsOut",
    "TeamsParams",
    "TimeSeriesOut",
    "Totals",
]


class ConfigOut(Out):
    """`GET /config`: what the page needs to know."""

    title: str = Field(description="What the page is headed.")
    subtitle: str = Field(description="What stands below.")
    demo: bool = Field(description="The data is made up.")
    auth_required: bool = Field(description="Nothing is told without the token.")
    public_mode: bool = Field(description="Without the token, there is a part of it.")
    live_ttl_seconds: float = Field(description="Seconds after which it is worth while to ask again.")
    first_day: dt.date = Field(description="The first UTC day that there can be usage of: no range begins before.")
    studio: bool = Field(description="Studio is served, too.")


class HealthOut(Out):
    """`GET /health`."""

    status: Literal["ok"] = Field(description="The process answers.")


class GatewayStateOut(Out):
    """How the last call to the gateway ended."""

    state: str = Field(description="`reachable`, `unknown` before the first call, or an error's code.")
    checked_at: dt.datetime | None = Field(description="When, UTC; null before the first call.")


class HistoryOut(Out):
    """How many of the days that are fetched before anybody asks are there."""

    loaded: int = Field(description="Days that are there.")
    wanted: int = Field(description="Days in all.")


class ReadyOut(Out):
    """`GET /ready`."""

    status: Literal["ready", "unavailable"] = Field(description="Whether there is something to serve.")
    gateway: GatewayStateOut
    data_as_of: dt.datetime | None = Field(description="When usage was last fetched, UTC.")
    data_age_seconds: float | None = Field(description="Seconds since then; null before.")
    history: HistoryOut | None = Field(description="Null where no history is fetched ahead.")
