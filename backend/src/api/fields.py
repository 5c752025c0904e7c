"""What requests and answers are made of, and mean: the fields, and the models that reports share.

Tokens and requests are integers, money is USD and not rounded, rates are percent, days are UTC. `tokens` is
prompt plus completion tokens; cached tokens are part of the prompt tokens.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from src.api.audience import HIDDEN_FROM_THE_PUBLIC

Format = Literal["json", "csv"]
Kind = Annotated[
    Literal["team", "former", "unassigned"],
    Field(description="`former`: deleted, `unassigned`: usage without a team."),
]
TeamId = Annotated[str | None, Field(description="The gateway's id; null for usage without a team.")]
TeamName = Annotated[str, Field(description="Unique: the alias, the id where there is none.")]
ModelName = Annotated[
    str, Field(description="The gateway's public name; `(unknown)` where it tells none.", examples=["gpt-5"])
]
Label = Annotated[str, Field(description="The model for people.", examples=["openai/gpt-5"])]

Tokens = Annotated[int, Field(description="Prompt plus completion tokens.", examples=[1500])]
PromptTokens = Annotated[int, Field(description="Tokens sent to models, cached ones included.", examples=[1200])]
CompletionTokens = Annotated[int, Field(description="Tokens written by models.", examples=[300])]
CachedTokens = Annotated[int, Field(description="Part of the prompt tokens: read from a cache.", examples=[120])]
CachingTokens = Annotated[int, Field(description="Part of the prompt tokens: written to a cache.", examples=[0])]
Usd = Annotated[
    float | None,
    Field(description="USD, not rounded; null where the gateway does not tell all of it.", examples=[0.0065]),
]
Requests = Annotated[int, Field(description="Requests, whatever their outcome.", examples=[12])]
Successful = Annotated[int, Field(description="Requests that succeeded.", examples=[11])]
Failed = Annotated[int, Field(description="Requests that failed.", examples=[1])]
Moment = Annotated[dt.datetime, Field(description="UTC.", examples=["2026-11-20T14:03:16.408936Z"])]


# Text that may be left out. A query has no null, so that no schema should offer one.
Text = Annotated[str | None, WithJsonSchema({"type": "string"})]
# It is text, as what is wrong with it is told in words of its own.
Day = Annotated[str | None, WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-11-20"]})]


class DateRangeParams(BaseModel):
    """A range of UTC days, both included; yesterday to today by default, 400 days at most, from 2023 on."""

    start_date: Day = Field(
        None,
        description="First UTC day, 2023-01-01 or later; yesterday by default, or `end_date` if that is before.",
    )
    end_date: Day = Field(None, description="Last UTC day, at most 399 days after the first; today by default.")


class ReportParams(DateRangeParams):
    """A range, and how it is answered."""

    format: Format = Field("json", description="`csv` answers a table that is safe to open in a spreadsheet.")


def _hideable(schema: dict[str, Any]) -> None:
    """Let the schema say that what is hidden from the public may be absent."""
    for name in HIDDEN_FROM_THE_PUBLIC & schema.get("properties", {}).keys():
        field = schema["properties"][name]
        field["description"] = f"{field.get('description', '')} Left out for the public in public mode.".strip()
        schema["required"] = [required for required in schema["required"] if required != name]


class Out(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(populate_by_name=True, from_attributes=True, json_schema_extra=_hideable)


class Totals(Out):
    """Sums over the range."""

    tokens: Tokens
    prompt_tokens: PromptTokens
    completion_tokens: CompletionTokens
    spend: Usd
    api_requests: Requests
    successful_requests: Successful
    failed_requests: Failed


class Meta(Out):
    """How whole and how recent an answer is, and what it adds up to."""

    as_of: Moment = Field(description="When the part of the data that may still change was fetched, UTC.")
    stale: bool = Field(description="The data should have been fetched again, and could not be.")
    complete: bool = Field(
        description="Every day of the range is in the figures; those by hour have all requests of each."
    )
    missing_days: list[dt.date] = Field(description="UTC days that are in no figure.")
    source: Literal["gateway", "demo"] = Field(description="`demo`: made-up data.")
    scope: Literal["all", "own"] = Field(description="`own`: the key sees its own teams only.")
    totals: Totals


class OfTeam(Out):
    """Which team it is."""

    team_id: TeamId
    name: TeamName
    kind: Kind
