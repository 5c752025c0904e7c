"""Pieces of the page that all parts are made of: cards, tables, legends. What they are given is HTML already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from src.studio.report.looks import MOST_LOOKS, Look, sample
from src.studio.report.words import counted, esc, name_tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its head, and whether it holds figures."""

    head: str
    is_figure: bool = True
    kind: str = ""


def table(
    caption: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[str]],
    groups: Sequence[tuple[str, int]] = (),
) -> str:
    """Return a table in a frame that scrolls; the first cell of a row is its head.

    `groups` are titles above so many columns each.
    """
    heads = "".join(f'<th scope="col" class="{_kind(column)}">{column.head}</th>' for column in columns)
    if groups:
        above = "".join(f'<th scope="colgroup" colspan="{span}">{title}</th>' for title, span in groups)
        heads = f"{above}</tr><tr>{heads}"
    body = "".join(_row(columns, row) for row in rows)
    return (
        f'<div class="frame" role="group" tabindex="0" aria-label="{esc(caption)}"><table>'
        f"<caption>{esc(caption)}</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def card(title: str, body: str, *, note: str = "", figures: str = "", kind: str = "") -> str:
    """Return a card: a title in words, a note, what is drawn, and the same as a table one click away."""
    more = f"<details><summary>Figures</summary>{figures}</details>" if figures else ""
    told = f'<p class="note">{note}</p>' if note else ""
    return f'<section class="card {kind}"><h3>{esc(title)}</h3>{told}{body}{more}</section>'


def legend(names: Mapping[str, str], looks: Mapping[str, Look], extra: Sequence[str] = ()) -> str:
    """Return who has which look; `names` by key; `extra` entries are HTML."""
    entries = [f"<li>{sample(looks[key])}{name_tag(name)}</li>" for key, name in names.items()]
    return f'<ul class="legend">{"".join([*entries, *(f"<li>{item}</li>" for item in extra)])}</ul>'


def left_out(drawn: int, there: int) -> str:
    """Return what is to be said where not all models are drawn; empty where all are."""
    if drawn >= there:
        return ""
    return f"{drawn} of {counted(there, 'model')} are drawn; the table has all of them."


def drawn_first(names: Mapping[str, str], best: Sequence[str]) -> dict[str, str]:
    """Return the models to be drawn: all where their looks differ, else the best ones."""
    if len(names) <= MOST_LOOKS:
        return dict(names)
    return {key: names[key] for key in best[:MOST_LOOKS]}


def notice(kind: str, title: str, lines: Sequence[str] = ()) -> str:
    """Return what must not be overlooked."""
    told = "".join(f"<p>{esc(line)}</p>" for line in lines)
    return f'<div class="notice {kind}" role="note"><strong>{esc(title)}</strong>{told}</div>'


def _row(columns: Sequence[Column], row: Sequence[str]) -> str:
    first, *others = row
    cells = "".join(
        f'<td class="{_kind(column)}">{cell}</td>' for column, cell in zip(columns[1:], others, strict=True)
    )
    return f'<tr><th scope="row" class="{_kind(columns[0])}">{first}</th>{cells}</tr>'


def _kind(column: Column) -> str:
    return " ".join(filter(None, ("figure" if column.is_figure else "", column.kind)))
