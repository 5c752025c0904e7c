"""How a model looks in every chart: a colour by its name, a dash and a marker beside it; never colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# As `frontend/src/shared/charts/palette.js` has it: the first so many of the palette differ most
PALETTE_SIZE = 40
PARTS = (12, 24, PALETTE_SIZE)
LEAST_SHARE, FADE = 0.35, 0.6
FNV_OFFSET, FNV_PRIME, MASK = 0x811C9DC5, 0x01000193, 0xFFFFFFFF

DASHES = ("", "7 4", "2 3", "10 3 2 3")
# Around their middle, 9 pixels across
MARKERS = (
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0Z",
    "M-3.6-3.6h7.2v7.2h-7.2Z",
    "M0-4.8L4.6 3.4H-4.6Z",
    "M0-5.2L5.2 0 0 5.2-5.2 0Z",
    "M-1.5-4.5h3v3h3v3h-3v3h-3v-3h-3v-3h3Z",
)
MOST_LOOKS = len(DASHES) * len(MARKERS)
"""So many lines of one chart look different."""


@dataclass(frozen=True, slots=True)
class Look:
    """`color` is for CSS, `dash` for a line, `marker` the number of a shape."""

    color: str
    dash: str
    marker: int


def looks_of(keys: Sequence[str]) -> dict[str, Look]:
    """Return how each model looks; `keys` are all of a report, in the order in which they appear."""
    size = next((part for part in PARTS if len(keys) <= part), -(-len(keys) // PALETTE_SIZE) * PALETTE_SIZE)
    taken = set[int]()
    looks: dict[str, Look] = {}
    for at, key in enumerate(keys):
        slot = _hash(key) % size
        while slot in taken:
            slot = (slot + 1) % size
        taken.add(slot)
        looks[key] = Look(_color(slot), DASHES[at % len(DASHES)], at % len(MARKERS))
    return looks


def shapes() -> str:
    """Return the markers' shapes, which charts refer to."""
    drawn = "".join(f'<path id="mark-{at}" d="{path}"/>' for at, path in enumerate(MARKERS))
    ring = '<circle id="ring" r="8.5"/>'
    return f'<svg class="shapes" aria-hidden="true"><defs>{drawn}{ring}</defs></svg>'


def sample(look: Look) -> str:
    """Return a legend's sample of a look."""
    return (
        f'<svg class="sample" width="28" height="12" aria-hidden="true" style="color:{look.color}">'
        f'<path class="line" d="M0 6h28" stroke-dasharray="{look.dash}"/>'
        f'<use class="mark" href="#mark-{look.marker}" x="14" y="6"/></svg>'
    )


def line_sample(words: str, *, dash: str = "", kind: str = "", ring: str = "") -> str:
    """Return a legend's entry for a line, a ring, or both, that are of no model."""
    line = f'<path class="line {kind}" d="M0 9h28" stroke-dasharray="{dash}"/>' if dash or kind or not ring else ""
    around = f'<use class="ring {ring}" href="#ring" x="14" y="9"/>' if ring else ""
    return f'<svg class="sample" width="28" height="18" aria-hidden="true">{line}{around}</svg>{words}'


def _hash(key: str) -> int:
    """FNV-1a over UTF-16, as the page has it."""
    value = FNV_OFFSET
    units = key.encode("utf-16-le", "surrogatepass")
    for low, high in zip(units[::2], units[1::2], strict=True):
        value = ((value ^ (low | high << 8)) * FNV_PRIME) & MASK
    return value


def _color(slot: int) -> str:
    color, times = f"var(--team-{slot % PALETTE_SIZE + 1})", slot // PALETTE_SIZE
    if not times:
        return color
    share = LEAST_SHARE + (1 - LEAST_SHARE) * FADE**times
    return f"color-mix(in srgb, {color} {round(100 * share, 3):g}%, var(--color-text))"
