"""A run as one page that needs nothing else: a sentence, figures, charts, tables, and how it was measured.

It has no script and asks for nothing from anywhere; its policy forbids both.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from src.studio.report import blocks
from src.studio.report.distributions import cdf_card, chosen_curves
from src.studio.report.failures import failures_card, statuses_of
from src.studio.report.limits import knees_of, limits_of, loaded_groups, slo_of
from src.studio.report.load_charts import Loaded, goodput_card, latency_card
from src.studio.report.looks import looks_of, shapes
from src.studio.report.method import is_ours, limited_notice, method_section, tool_name
from src.studio.report.overview import overview
from src.studio.report.points import Point, by_size, load_text, models_of, points_of
from src.studio.report.size_charts import size_cards
from src.studio.report.timeline import first_requests, timeline_card
from src.studio.report.trade_off import trade_off_card
from src.studio.report.values import Dict, known, text, texts
from src.studio.report.words import counted, esc, milliseconds, moment, money, rate, seconds_between, span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from src.studio.report.looks import Look

STYLE = Path(__file__).with_name("report.css")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
STATES = {
    "interrupted": "Interrupted: this is what was measured until then.",
    "cancelled": "Cancelled: this is what was measured until then.",
    "failed": "The run failed.",
    "running": "Still running: this is what was measured so far.",
}
LATENCIES = (
    ("ttft_ms", "Time to first token", "ttft"),
    ("itl_ms", "Time between tokens", "itl"),
    ("request_latency_ms", "Time of the whole answer", "request_latency"),
    ("scheduled_ttft_ms", "Time to first token, from the schedule", "scheduled_ttft"),
)


def report_html(summary: Dict, records: Iterable[Dict] = ()) -> str:
    """Return the report of a run: one file of HTML.

    `summary` is what `summary.json` holds; whatever of it is missing, or is not what it should be, is shown as
    unknown. `records` are the run's requests as `records.jsonl` has them: read once, of which 500 are held.
    """
    points = points_of(summary)
    requests, in_all = first_requests(records)
    looks = looks_of(list(dict.fromkeys([*models_of(points), *(request.key for request in requests)])))
    names = {point.key: point.name for point in points}
    title = text(summary.get("title")) or "Benchmark"
    parts = [
        _head(summary, title, points),
        _section("The points", _points(points, looks, slo_of(summary))),
        *_load_sections(summary, points, looks),
        _section("By length", "".join(_sizes(points, looks))),
        _section("How it is spread", _spread(summary, points, looks)),
        _section("Errors", failures_card(points)),
        _section("Request by request", timeline_card(requests, in_all, looks, names)),
        _section("How it was measured", method_section(summary)),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{esc(title)}</title>\n<style>\n{_style()}</style>\n</head>\n"
        f"<body>\n{shapes()}<main>\n{''.join(parts)}</main>\n</body>\n</html>\n"
    )


def _head(summary: Dict, title: str, points: list[Point]) -> str:
    start, end = text(summary.get("started_at")), text(summary.get("ended_at"))
    lasted = seconds_between(start, end)
    facts = [
        esc(tool_name(summary)),
        esc(moment(start)) if start else "",
        f"took {span(lasted)}" if lasted is not None else "",
        counted(len(models_of(points)), "model"),
        counted(len(points), "point"),
    ]
    sentence = text(summary.get("sentence")) or _own_sentence(points)
    knees = [text(knee.sentence) for knee in knees_of(summary) if knee.sentence]
    told = "".join(f"<li>{esc(knee)}</li>" for knee in knees)
    return (
        f'<header><p class="eyebrow">{esc(title)}</p><h1>{esc(sentence)}</h1>'
        f'<p class="facts-line">{" · ".join(filter(None, facts))}</p>{_notices(summary)}'
        f"{f'<ul class=knees>{told}</ul>' if told else ''}{_tiles(points)}</header>"
    )


def _notices(summary: Dict) -> str:
    found = []
    state = text(summary.get("state"))
    if state in STATES:
        found.append(
            blocks.notice(
                "danger" if state == "failed" else "warning", STATES[state], texts([summary.get("error")])
            )
        )
    found.append(limited_notice(summary))
    if not is_ours(summary):
        about = "Its definitions are its own: compare with care."
        found.append(
            blocks.notice("info", f"Measured by {tool_name(summary)}.", [about, *texts(summary.get("notes"))])
        )
    return "".join(found)


def _own_sentence(points: list[Point]) -> str:
    """Return what can be said where nobody said anything."""
    answered, asked = sum(point.successes for point in points), sum(point.n for point in points)
    if not points:
        return "Nothing was measured."
    return f"{answered:,} of {counted(asked, 'request')} were answered."


def _tiles(points: list[Point]) -> str:
    """Return the figures that answer first: each with the point that it is of."""
    if not points:
        return ""
    statuses = statuses_of(points)
    failed = sum(point.failures for point in points)
    cancelled = statuses.get("cancelled", 0)
    more = [
        f"{failed:,} failed" if failed else "none failed",
        f"{cancelled:,} cut off by the end" if cancelled else "",
    ]
    tiles = [("Answered", f"{sum(point.successes for point in points):,}", ", ".join(filter(None, more)))]
    tiles += _best("Soonest first token", points, lambda point: point.stat("ttft_ms", "p50"), milliseconds, min)
    tiles += _best("Quickest to read", points, lambda point: point.stat("output_tps_user", "p50"), _tps, max)
    if len(points) > 1:
        tiles += _best("Most throughput", points, lambda point: point.figure("output_tps"), _tps, max)
        tiles += _best("Most within the limits", points, lambda point: point.figure("goodput"), _per_second, max)
    costs = known(point.figure("cost") for point in points)
    if costs and len(costs) == len(points):
        tiles.append(("Cost", money(sum(costs)), "all requests"))
    shown = "".join(
        f"<div><dt>{name}</dt><dd>{value}</dd><dd class=of>{of}</dd></div>" for name, value, of in tiles
    )
    return f'<dl class="tiles">{shown}</dl>'


def _best(
    name: str,
    points: list[Point],
    value_of: Callable[[Point], float | None],
    words: Callable[[float | None], str],
    choose: Callable[..., Point],
) -> list[tuple[str, str, str]]:
    there = [point for point in points if value_of(point) is not None]
    if not there:
        return []
    best = choose(there, key=lambda point: value_of(point) or 0.0)
    of = ", ".join(filter(None, (best.name, load_text(best))))
    return [(name, words(value_of(best)), f"<bdi>{esc(of)}</bdi>, n = {best.successes:,}")]


def _points(points: list[Point], looks: Mapping[str, Look], slo: str) -> str:
    return overview(points, looks, has_slo=bool(slo)) if points else ""


def _load_sections(summary: Dict, points: list[Point], looks: Mapping[str, Look]) -> list[str]:
    """Return a section for each mode and size that was tried at several loads."""
    slo, knees, found = slo_of(summary), knees_of(summary), []
    for mode, of in loaded_groups(points):
        for size, group in by_size(of):
            here = [knee for knee in knees if knee.size == group[0].size]
            loaded = Loaded(mode, group, here, looks, limits_of(slo))
            cards = [
                goodput_card(loaded, slo),
                trade_off_card(group, looks),
                *(latency_card(loaded, *latency) for latency in _shown(group)),
            ]
            found.append(_section(f"As the load grows{f': {size}' if size else ''}", "".join(cards)))
    return found


def _shown(points: list[Point]) -> list[tuple[str, str, str]]:
    """Return the latencies to draw; those from the schedule only where they differ from those from the sending."""
    differs = any(
        (late := point.stat("scheduled_ttft_ms", "p95")) is not None
        and (sent := point.stat("ttft_ms", "p95")) is not None
        and late > sent * 1.05
        for point in points
    )
    return [latency for latency in LATENCIES if differs or latency[0] != "scheduled_ttft_ms"]


def _sizes(points: list[Point], looks: Mapping[str, Look]) -> list[str]:
    """Return the charts by length of context, for each load and length of answer that has several."""
    groups: dict[tuple[str, float | None, int | None], list[Point]] = {}
    for point in points:
        groups.setdefault((point.load_mode, point.load, point.output_tier), []).append(point)
    widest = max(groups.values(), key=lambda group: len({point.context_tokens for point in group}), default=[])
    return size_cards(widest, looks)


def _spread(summary: Dict, points: list[Point], looks: Mapping[str, Look]) -> str:
    curves, where = chosen_curves(points, knees_of(summary), looks)
    cards = [
        cdf_card(curves, "ttft_ms", "Time to first token", where),
        cdf_card(curves, "icl_ms", "Time between chunks", where),
    ]
    compared = trade_off_card(points, looks) if not loaded_groups(points) else ""
    return "".join([*cards, compared])


def _section(title: str, body: str) -> str:
    return f'<section class="part"><h2>{esc(title)}</h2><div class="cards">{body}</div></section>' if body else ""


def _tps(value: float | None) -> str:
    return f"{rate(value)} tok/s"


def _per_second(value: float | None) -> str:
    return f"{rate(value)} /s"


@lru_cache(maxsize=1)
def _style() -> str:
    return STYLE.read_text()
