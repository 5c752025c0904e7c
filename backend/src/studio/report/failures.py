"""What went wrong, by kind: how often, where, and one real sentence of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from src.studio.report import blocks
from src.studio.report.blocks import Column
from src.studio.report.points import load_text, size_text
from src.studio.report.values import as_dict, dicts, text, whole
from src.studio.report.words import UNKNOWN, counted, esc, name_tag, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from src.studio.report.points import Point

WORDS = {
    "connection": "connection failed or was lost",
    "timeout": "took too long",
    "truncated": "ended before its answer did",
    "in_stream": "error within the answer",
    "invalid_stream": "answer that cannot be read",
    "too_large": "answer that is too large",
    "egress_refused": "address that may not be called",
    "client": "told by the client",
}


@dataclass(slots=True)
class Failure:
    """A kind of error: how many, an example, and at which points."""

    kind: str
    count: int = 0
    example: str = ""
    where: list[tuple[Point, int]] = field(default_factory=list)


def failures_of(points: Sequence[Point]) -> list[Failure]:
    """Return all kinds of errors, the commonest first."""
    found: dict[str, Failure] = {}
    for point in points:
        for error in dicts(point.statistics.get("errors")):
            failure = found.setdefault(text(error.get("kind")), Failure(text(error.get("kind"))))
            failure.count += whole(error.get("count"))
            failure.example = failure.example or text(error.get("example"))
            failure.where.append((point, whole(error.get("count"))))
    return sorted(found.values(), key=lambda failure: -failure.count)


def failures_card(points: Sequence[Point]) -> str:
    """Return the errors by kind. Empty where there were none."""
    found = failures_of(points)
    if not found:
        return ""
    requests = sum(point.n for point in points)
    most = max(failure.count for failure in found) or 1
    failed = sum(failure.count for failure in found)
    items = "".join(_item(failure, most) for failure in found)
    title = f"{counted(failed, 'request')} of {requests:,} failed" if requests else "Errors"
    heads = [Column("Kind", is_figure=False), Column("Model", is_figure=False), Column("Load", is_figure=False)]
    heads += [Column("Size", is_figure=False), Column("Failed"), Column("Of all there")]
    rows = [
        [esc(words_of(failure.kind)), name_tag(point.name), load_text(point), esc(size_text(point.size)),
         f"{count:,}", percent(count / point.n) if point.n else UNKNOWN]
        for failure in found for point, count in failure.where
    ]  # fmt: skip
    return blocks.card(
        title,
        f'<ul class="failures">{items}</ul>',
        figures=blocks.table("Errors by kind", heads, rows),
        kind="wide",
    )


def words_of(kind: str) -> str:
    """Return a kind of error in words, with its name."""
    if kind.startswith("http_"):
        return f"HTTP {kind.removeprefix('http_')}"
    return f"{WORDS[kind]} ({kind})" if kind in WORDS else kind or "error"


def statuses_of(points: Sequence[Point]) -> dict[str, int]:
    """Return how many requests ended in which way."""
    found: dict[str, int] = {}
    for point in points:
        for status, count in as_dict(point.statistics.get("statuses")).items():
            found[status] = found.get(status, 0) + whole(count)
    return found


def _item(failure: Failure, most: int) -> str:
    models = list(dict.fromkeys(point.name for point, _ in failure.where))
    named = ", ".join(name_tag(name) for name in models[:3])
    more = f" and {len(models) - 3} more" if len(models) > 3 else ""  # noqa: PLR2004
    example = f"<blockquote>{esc(failure.example)}</blockquote>" if failure.example else ""
    return (
        f'<li><div class="kind"><strong>{failure.count:,}</strong><span>{esc(words_of(failure.kind))}'
        f"<small>{named}{more}</small></span></div>"
        f'<div class="share" aria-hidden="true">'
        f'<span style="width:{100 * failure.count / most:.1f}%"></span></div>'
        f"{example}</li>"
    )
