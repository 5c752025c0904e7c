"""The part of `POST /api/benchmark` that says how much is sent at once, and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from src.studio.benchmarks.points import ONE_AFTER_ANOTHER, Load

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_RUNS = 20
MOST_LEVELS = 20
MOST_PEOPLE = 1_000
DEFAULT_SECONDS = 30.0
"""How long a rate is held where it is not said."""

Mode = Literal["single", "concurrency", "rate", "sweep"]
People = Annotated[int, Field(ge=1, le=MOST_PEOPLE)]
Rate = Annotated[float, Field(ge=0.01, le=10_000, allow_inf_nan=False)]


class SweepIn(BaseModel):
    """Which loads a sweep tries: doubled from `start` up to `most`, then closer to where it gets too much."""

    model_config = ConfigDict(extra="forbid")

    over: Literal["concurrency", "rate"] = "concurrency"
    start: float = Field(1, ge=0.01, le=10_000, allow_inf_nan=False)
    most: float = Field(64, ge=0.01, le=10_000, allow_inf_nan=False)

    @model_validator(mode="after")
    def _is_a_range(self) -> SweepIn:
        self.start, self.most = float(f"{self.start:g}"), float(f"{self.most:g}")  # as points are called by them
        if self.start > self.most:
            raise ValueError(f"starts at {self.start:g}, which is more than its most, {self.most:g}")
        if self.over == "concurrency":
            if self.start != int(self.start) or self.most != int(self.most):
                raise ValueError("counts people: start and most are whole numbers")
            if self.most > MOST_PEOPLE:
                raise ValueError(f"has {MOST_PEOPLE:,} people at once at most")
        return self


class LoadFields(BaseModel):
    """How much is sent at once, and for how long."""

    runs: int = Field(
        1,
        ge=1,
        le=MOST_RUNS,
        description="Requests per point; with `concurrency`, so many in each of its places.",
    )
    mode: Mode = Field(
        "single",
        description="One request after another; `concurrency` of them at a time; so many a second (`rates`); "
        "or a search for the load that a model keeps up with (`sweep`). Each model by itself.",
    )
    concurrency: int = Field(1, ge=1, le=100)
    concurrencies: list[People] = Field(
        default=[], max_length=MOST_LEVELS, description="Several, one after another, in place of `concurrency`."
    )
    rates: list[Rate] = Field(default=[], max_length=MOST_LEVELS, description="Requests per second.")
    arrival: Literal["poisson", "constant"] = Field("poisson", description="When requests of a rate come.")
    burstiness: float = Field(
        1,
        ge=0.01,
        le=100,
        allow_inf_nan=False,
        description="Of `poisson`: below 1 in bursts, above 1 more evenly.",
    )
    max_concurrency: int | None = Field(
        None, ge=1, le=2_000, description="Requests of a rate under way at a time; null: 1,000."
    )
    sweep: SweepIn | None = Field(None, description="Null: over concurrency, from 1 to 64.")
    requests: int | None = Field(None, ge=1, le=50_000, description="Per point, in place of `runs`.")
    duration_seconds: float | None = Field(
        None,
        ge=1,
        le=3_600,
        allow_inf_nan=False,
        description="Per point, in place of a number. Where neither is said, a rate is held for 30 s.",
    )
    ramp_seconds: float = Field(0, ge=0, le=600, allow_inf_nan=False, description="Until the whole load is there.")
    grace_seconds: float = Field(
        30, ge=0, le=600, allow_inf_nan=False, description="What is under way at a point's end may take so long."
    )

    @model_validator(mode="after")
    def _contradicts_itself_nowhere(self) -> LoadFields:
        for is_wrong, sentence in self._contradictions():
            if is_wrong:
                raise ValueError(sentence)
        return self

    def _contradictions(self) -> Iterator[tuple[Any, str]]:
        mode, is_rate = self.mode, self.over == "rate"
        yield (
            mode == "single" and (self.concurrency > 1 or self.concurrencies),
            "concurrency: is 1 where mode is single; set mode to concurrency",
        )
        yield (
            mode != "concurrency" and self.concurrencies,
            f"concurrencies: are for mode concurrency, not for {mode}",
        )
        yield (
            mode in {"rate", "sweep"} and self.concurrency > 1,
            f"concurrency: is for mode concurrency, not for {mode}",
        )
        yield (
            self.concurrency > 1 and self.concurrencies,
            "concurrencies: take the place of concurrency; give one of them",
        )
        yield mode == "rate" and not self.rates, "rates: name one at least, in requests per second"
        yield mode != "rate" and self.rates, f"rates: are for mode rate, not for {mode}"
        yield mode != "sweep" and self.sweep, f"sweep: is for mode sweep, not for {mode}"
        yield not is_rate and self.arrival == "constant", "arrival: is for rates alone"
        yield (
            self.burstiness != 1 and (not is_rate or self.arrival == "constant"),
            "burstiness: is for rates whose arrival is poisson",
        )
        yield not is_rate and self.max_concurrency, "max_concurrency: is for rates alone"
        yield (
            self.requests and self.duration_seconds,
            "duration_seconds: a point has a number of requests or a duration, not both",
        )
        yield (
            self.runs > 1 and (self.requests or self.duration_seconds),
            "runs: requests, or duration_seconds, take its place; leave it out",
        )
        yield self.runs > 1 and is_rate, "runs: a rate has requests or duration_seconds; leave it out"
        yield (
            mode == "single" and self.ramp_seconds,
            "ramp_seconds: there is nothing to ramp up where mode is single",
        )
        yield (
            self.seconds and self.ramp_seconds >= self.seconds,
            f"ramp_seconds: must be less than the {self.seconds or 0:g} s that a point takes",
        )

    @property
    def over(self) -> Literal["single", "concurrency", "rate"]:
        """What the load counts: people at once, or requests per second."""
        return self.search.over if self.mode == "sweep" else self.mode

    @property
    def search(self) -> SweepIn:
        """Which loads a sweep tries."""
        return self.sweep or SweepIn()

    @property
    def levels(self) -> list[Load]:
        """The loads that are put on each model, the smallest first; none of a sweep, which finds them."""
        if self.mode == "rate":
            return [Load("rate", rate) for rate in sorted({float(f"{rate:g}") for rate in self.rates})]
        if self.mode == "concurrency":
            return [Load("concurrency", n) for n in sorted(set(self.concurrencies or [self.concurrency]))]
        return [ONE_AFTER_ANOTHER] if self.mode == "single" else []

    @property
    def has_levels(self) -> bool:
        """Whether points are named by their load."""
        return self.mode in {"rate", "sweep"} or len(self.levels) > 1

    @property
    def seconds(self) -> float | None:
        """How long a point goes on, None where it has a number of requests."""
        if self.duration_seconds is not None or self.requests is not None:
            return self.duration_seconds
        return DEFAULT_SECONDS if self.over == "rate" else None

    @property
    def goes_by_points(self) -> bool:
        """Whether each point is measured by itself, as a whole, and not request by request."""
        return self.has_levels or self.seconds is not None or self.ramp_seconds > 0

    def requests_at(self, load: Load) -> int | None:
        """Return how many requests measure a model at one point; None where that is not known before.

        Of a rate that goes by time, which is drawn, it is the number to be expected.
        """
        if self.seconds is not None:
            return None if load.mode != "rate" else max(1, round(_sent_seconds(self) * (load.value or 0)))
        if self.requests is not None:
            return self.requests
        return self.runs * int(load.value or 1)


def _sent_seconds(fields: LoadFields) -> float:
    """Return how long a rate would be sent in whole for as many requests: half as many come during the ramp."""
    return (fields.seconds or 0) - fields.ramp_seconds / 2
