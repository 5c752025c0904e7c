"""Another run to compare with: its summary, and its records where they lie beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from src.studio.bench.errors import FilesError
from src.studio.bench.files import RECORDS, read_records
from src.studio.bench.samples import Samples
from src.studio.engine.record import Record

if TYPE_CHECKING:
    from pathlib import Path

    from src.studio.engine.slo import Slo

FORMAT = 1
NEEDED = {"point": str, "success_count": int, "error_count": int, "statistics": dict}
# What may differ between two runs that are compared all the same
NO_MATTER = {"seed", "processes", "requests", "duration_seconds", "grace_seconds", "warmup", "timeout"}


@dataclass(frozen=True, slots=True)
class Baseline:
    """A run's summary, its points by name, and what its records hold of each; None where they are not there."""

    points: dict[str, dict[str, Any]]
    settings: dict[str, Any]
    samples: dict[str, Samples] | None
    state: str

    def differing(self, settings: dict[str, Any]) -> list[str]:
        """Return which settings differ from a run's so that their figures may, too."""
        names = settings.keys() & self.settings.keys() - NO_MATTER
        return sorted(name for name in names if settings[name] != self.settings[name])

    def is_alike(self, name: str, load_mode: str, load: float | None) -> bool:
        """Tell whether there is such a point, and its load is the same: the name may not say how many at once."""
        point = self.points.get(name)
        return point is not None and (point.get("load_mode"), point.get("load")) in (
            (load_mode, load),
            (None, None),  # a file that does not tell
        )


def read_baseline(path: Path, slo: Slo | None) -> Baseline:
    """Return the run that a summary is of. Raises `FilesError`."""
    try:
        summary = orjson.loads(path.read_bytes())
    except OSError as error:
        raise FilesError(f"The baseline {path} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise FilesError(f"The baseline {path} is not JSON.") from None
    if not _is_summary(summary):
        raise FilesError(f"The baseline {path} is no summary.json of this version of bench.")
    points = {point["point"]: point for point in summary["points"]}
    beside = path.parent / RECORDS
    samples = _samples(beside, points, slo) if beside.is_file() else None
    return Baseline(points, summary.get("settings") or {}, samples, str(summary.get("state")))


def _is_summary(summary: Any) -> bool:  # noqa: ANN401 - whatever JSON it is
    if not isinstance(summary, dict) or summary.get("version") != FORMAT or not summary.get("points"):
        return False
    return isinstance(summary["points"], list) and all(
        isinstance(point, dict) and all(isinstance(point.get(name), kind) for name, kind in NEEDED.items())
        for point in summary["points"]
    )


def _samples(path: Path, points: dict[str, dict[str, Any]], slo: Slo | None) -> dict[str, Samples]:
    found = {name: Samples(slo) for name in points}
    for number, data in enumerate(read_records(path), 1):
        try:
            record = Record.from_dict(data)
            if record.point in found:
                found[record.point].add(record)
        except (TypeError, AttributeError, ValueError):
            raise FilesError(f"Line {number} of {path} is no record.") from None
    return found
