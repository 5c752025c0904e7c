"""The first requests of a run as bars: waiting to be sent, waiting for the first token, writing."""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from src.studio.report import blocks, scales
from src.studio.report.blocks import Column
from src.studio.report.points import model_key
from src.studio.report.values import Dict, number, text
from src.studio.report.words import UNKNOWN, esc, milliseconds, name_tag, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from src.studio.report.looks import Look

MOST_REQUESTS = 500
NS = 1e9
NS_PER_MS = 1e6
WIDTH = 1000
ROW, BAR = 10, 8
HIGHEST, LOWEST = 18.0, 1.6
"""Pixels of a row: few requests have thick bars, many have thin ones."""
WANTED_HEIGHT = 420
STAGES = ("queue", "first", "writing")
WORDS = {"queue": "waits to be sent", "first": "waits for the first token", "writing": "writes"}


@dataclass(frozen=True, slots=True)
class Request:
    """A request's times in ns since the run's start; what did not happen is None."""

    key: str
    point: str
    status: str
    scheduled: float
    sent: float | None
    first: float | None
    last: float | None
    end: float

    def stages(self) -> list[tuple[str, float, float]]:
        """Return its stages that took some time: what it is, from, to."""
        sent = self.end if self.sent is None else self.sent
        first = self.end if self.first is None else self.first
        last = first if self.last is None else self.last
        spans = (self.scheduled, sent, first, last)
        return [(name, spans[at], spans[at + 1]) for at, name in enumerate(STAGES) if spans[at + 1] > spans[at]]


def first_requests(records: Iterable[Dict], most: int = MOST_REQUESTS) -> tuple[list[Request], int]:
    """Return the measured requests that were to be sent first, in this order, and how many there are in all.

    However many there are, only the first ones are held.
    """
    seen = 0

    def measured() -> Iterable[Request]:
        nonlocal seen
        for record in records:
            found = _request(record) if record.get("phase") != "warmup" else None
            if found is not None:
                seen += 1
                yield found

    found = heapq.nsmallest(most, measured(), key=lambda request: request.scheduled)
    return found, seen


def timeline_card(
    requests: Sequence[Request], in_all: int, looks: Mapping[str, Look], names: Mapping[str, str]
) -> str:
    """Return the bars of requests. Empty where none is known."""
    if not requests:
        return ""
    start = requests[0].scheduled
    seconds = max(request.end - start for request in requests) / NS
    scale = scales.from_zero([seconds])
    height = round(min(max(WANTED_HEIGHT / len(requests), LOWEST), HIGHEST) * len(requests))
    ticks = "".join(
        f'<line class="grid" x1="{scale.percent(tick):g}%" x2="{scale.percent(tick):g}%" y1="0" y2="100%"/>'
        f'<text x="{scale.percent(tick):g}%" y="100%" dy="18" text-anchor="middle">{short(tick)}</text>'
        for tick in scale.ticks
    )
    title = f"The first {len(requests):,} requests" if in_all > len(requests) else "Every request"
    label = f"{title} as bars in the order of sending: {', '.join(WORDS.values())}"
    body = (
        f'<div class="plot timeline"><div class="canvas" style="height:{height}px">'
        f'<svg role="img" aria-label="{esc(label)}">{ticks}'
        f'<svg viewBox="0 0 {WIDTH} {len(requests) * ROW}" preserveAspectRatio="none" width="100%" height="100%">'
        f"{_bars(requests, start, scale, looks)}</svg>"
        '<text class="axis-title" x="100%" y="100%" dy="36" text-anchor="end">seconds since the first one</text>'
        "</svg></div></div>"
    )
    shown = {request.key: names.get(request.key, request.key) for request in requests}
    stages = [f'<span class="stage {stage}" aria-hidden="true"></span>{WORDS[stage]}' for stage in STAGES]
    if any(request.status != "success" for request in requests):
        stages.append('<span class="stage failed" aria-hidden="true"></span>failed')
    models = "".join(f'<li><span class="swatch" style="background:{looks[key].color}" aria-hidden="true"></span>'
                     f"{name_tag(name)}</li>" for key, name in shown.items() if key in looks)  # fmt: skip
    legend = f'<ul class="legend">{models}{"".join(f"<li>{stage}</li>" for stage in stages)}</ul>'
    note = f"Of {in_all:,} in all." if in_all > len(requests) else ""
    return blocks.card(title, legend + body, note=note, figures=_table(title, requests, start, shown), kind="wide")


def _bars(requests: Sequence[Request], start: float, scale: scales.Scale, looks: Mapping[str, Look]) -> str:
    """Return one path for each model and stage: 500 requests are 15 shapes at most, and not 1,500."""
    paths: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for row, request in enumerate(requests):
        top = row * ROW + (ROW - BAR) / 2
        for stage, since, until in request.stages():
            left, right = (WIDTH / 100 * scale.percent((at - start) / NS) for at in (since, until))
            paths[request.key, stage].append(f"M{left:g} {top:g}h{max(right - left, 0.5):g}v{BAR}H{left:g}Z")
        if request.status != "success":
            at = WIDTH / 100 * scale.percent((request.end - start) / NS)
            paths[request.key, "failed"].append(f"M{at:g} {row * ROW}v{ROW}")
    return "".join(
        f'<path class="bar {stage}" d="{"".join(drawn)}" style="color:{_color(key, looks)}"/>'
        for (key, stage), drawn in paths.items()
    )


def _color(key: str, looks: Mapping[str, Look]) -> str:
    return looks[key].color if key in looks else "var(--team-others)"


def _table(title: str, requests: Sequence[Request], start: float, names: Mapping[str, str]) -> str:
    heads = [
        Column("Request"),
        Column("Model", is_figure=False),
        Column("Sent after, s"),
        *(Column(f"{WORDS[stage].capitalize()}") for stage in STAGES),
        Column("Ended as", is_figure=False),
    ]
    rows = []
    for at, request in enumerate(requests, 1):
        lengths = {stage: (until - since) / NS_PER_MS for stage, since, until in request.stages()}
        sent = UNKNOWN if request.sent is None else f"{(request.sent - start) / NS:.3f}"
        cells = [milliseconds(lengths[stage]) if stage in lengths else UNKNOWN for stage in STAGES]
        rows.append([f"{at}", name_tag(names[request.key]), sent, *cells, esc(request.status)])
    return blocks.table(title, heads, rows)


def _request(record: Dict) -> Request | None:
    scheduled, end = number(record.get("scheduled_ns")), number(record.get("end_ns"))
    if scheduled is None or end is None or end < scheduled:
        return None
    times = {name: number(record.get(f"{name}_ns")) for name in ("sent", "first_token", "last_token")}
    sent, first, last = (value if value is None or scheduled <= value <= end else None for value in times.values())
    return Request(
        key=model_key(record.get("provider"), record.get("model")),
        point=text(record.get("point")),
        status=text(record.get("status")) or "error",
        scheduled=scheduled,
        sent=sent,
        first=first,
        last=last,
        end=end,
    )
