"""How it was measured: the client's own figures, the route, all settings, and what each word means."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from src.studio.report import blocks
from src.studio.report.blocks import Column
from src.studio.report.values import Dict, as_dict, dicts, number, text, texts
from src.studio.report.words import UNKNOWN, esc, milliseconds, name_tag

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_SETTING = 300
"""Characters of a setting that are shown: a prompt may be long."""
OWN_TOOLS = {"bench", "studio"}
ROUTES = {"native": "our own client", "sdk": "LiteLLM's SDK, which adds to its times"}
TOOLS = {"bench": "bench", "studio": "Studio", "aiperf": "AIPerf", "guidellm": "GuideLLM"}
DEFINITIONS = (
    ("Time to first token", "First token of any kind, reasoning too, since the request was sent."),
    ("Whole answer", "Last token since the request was sent."),
    ("Between tokens", "Time from first to last token by the tokens after the first chunk; one figure a request."),
    ("Between chunks", "Time from one piece of an answer to the next, of all answers together: shows stalls."),
    ("Tokens per s, each", "What one reader sees once the answer has begun."),
    ("Requests, tokens out per s", "Successes, and their tokens, over the time in which the load was whole."),
    ("Within limits", "Successes that meet every limit, per second."),
    ("From the schedule", "The same times since a request was to be sent, not since it was: what a user waits."),
    ("Percentiles", "Of the raw values of successes; p99 from 100 of them on; intervals of 95 % by bootstrap."),
    ("Failed", "No finish reason and no end of the stream, an error, or no time left: never among latencies."),
    (
        "Behind a gateway",
        "LiteLLM completes what a provider cut short cleanly, and tries again by itself: unseen here.",
    ),
)


def tool_name(summary: Dict) -> str:
    """Return what measured, with its version: "AIPerf 0.13"."""
    tool, version = text(summary.get("tool")), text(summary.get("tool_version"))
    return " ".join(filter(None, (TOOLS.get(tool, tool), version)))


def is_ours(summary: Dict) -> bool:
    """Tell whether our own engine measured, by our own definitions."""
    return text(summary.get("tool")) in OWN_TOOLS | {""}


def limited_notice(summary: Dict) -> str:
    """Return the warning that the client may have been what was slow; empty where it was not."""
    measured = as_dict(summary.get("measured"))
    if measured.get("client_limited") is not True:
        return ""
    lag, share = number(measured.get("lag_p99_ms")), number(measured.get("cpu_share"))
    told = (
        f"Its loop was up to {milliseconds(lag)} late (p99), and it took {_share(share)} of a core. "
        "Latencies may be longer here, and rates lower, than the servers' own."
    )
    return blocks.notice("warning", "The measuring machine was at its own limit.", [told])


def method_section(summary: Dict) -> str:
    """Return the part about the measuring."""
    parts = [_client(summary), _left_out(summary), _targets(summary), _settings(summary)]
    if is_ours(summary):
        rows = "".join(f"<dt>{esc(word)}</dt><dd>{esc(meaning)}</dd>" for word, meaning in DEFINITIONS)
        parts.append(blocks.card("What the words mean", f'<dl class="words">{rows}</dl>', kind="wide"))
    return "".join(filter(None, parts))


def _client(summary: Dict) -> str:
    measured = as_dict(summary.get("measured"))
    facts = [
        ("Measured by", esc(tool_name(summary)) or UNKNOWN),
        ("Client's lag, p50", milliseconds(number(measured.get("lag_p50_ms")))),
        ("Client's lag, p99", milliseconds(number(measured.get("lag_p99_ms")))),
        ("Share of a core", _share(number(measured.get("cpu_share")))),
        ("Most memory", _plain(number(measured.get("max_rss_mb")), "MB")),
        ("Processes", _plain(number(measured.get("processes")) or (1 if measured else None), "")),
        ("Chunks read", _plain(number(measured.get("chunks")), "")),
        ("Client limited", {True: "yes", False: "no"}.get(measured.get("client_limited"), UNKNOWN)),
    ]
    items = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts)
    notes = "".join(f"<li>{esc(note)}</li>" for note in texts(measured.get("notes")))
    told = f'<ul class="notes">{notes}</ul>' if notes else ""
    return blocks.card("The client of itself", f'<dl class="facts">{items}</dl>{told}')


def _targets(summary: Dict) -> str:
    targets = dicts(summary.get("targets"))
    if not targets:
        return ""
    heads = [Column(head, is_figure=False) for head in ("Model", "Id", "Provider", "Through", "Route")]
    rows = [
        [
            name_tag(text(target.get("model")) or text(target.get("model_id"))),
            esc(text(target.get("model_id"))),
            name_tag(text(target.get("provider")) or UNKNOWN),
            esc(text(target.get("through")) or UNKNOWN),
            ROUTES.get(text(target.get("route")), UNKNOWN),
        ]
        for target in targets
    ]
    return blocks.card(
        "Models and the way to them", blocks.table("Models and the way to them", heads, rows), kind="wide"
    )


def _left_out(summary: Dict) -> str:
    """Return what was not measured, or not as it was asked for."""
    items = [
        f"{name_tag(text(item.get('model_id')))}{_context(item)}: {esc(text(item.get('reason')))}"
        for item in dicts(summary.get("skipped"))
    ]
    for model in dicts(summary.get("adjustments")):
        name = name_tag(text(model.get("model_id")))
        items += [f"{name}: {_adjustment(one)}" for one in dicts(model.get("adjustments"))]
    items += [esc(note) for note in texts(summary.get("notes"))]
    if not items:
        return ""
    told = "".join(f"<li>{item}</li>" for item in items)
    return blocks.card("Left out, changed, and to be known", f'<ul class="notes">{told}</ul>')


def _adjustment(one: Dict) -> str:
    change = f"{text(one.get('param'))}: {_value(one.get('original'))} → {_value(one.get('adjusted'))}"
    return esc(f"{change}. {text(one.get('reason'))}")


def _settings(summary: Dict) -> str:
    settings = as_dict(summary.get("settings"))
    if not settings:
        return ""
    rows = "".join(
        f"<div><dt>{esc(name)}</dt><dd>{esc(_value(value))}</dd></div>" for name, value in _sorted(settings)
    )
    return blocks.card("Settings", f'<dl class="facts settings">{rows}</dl>', kind="wide")


def _sorted(settings: Dict) -> Iterable[tuple[str, object]]:
    return ((str(name), value) for name, value in settings.items() if value not in (None, "", [], {}))


def _value(value: object) -> str:
    if value is None:
        return UNKNOWN
    found = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return found if len(found) <= MOST_SETTING else f"{found[:MOST_SETTING]} … ({len(found):,} characters)"


def _context(item: Dict) -> str:
    size = number(item.get("context_tokens"))
    return f" with {size:,.0f} tokens of context" if size else ""


def _share(value: float | None) -> str:
    return UNKNOWN if value is None else f"{100 * value:.0f} %"


def _plain(value: float | None, unit: str) -> str:
    return UNKNOWN if value is None else f"{value:,.0f} {unit}".strip()
