"""Another run to compare with: how often each of its models passed each case, and which cases are the same now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from src.studio.bench.errors import FilesError

if TYPE_CHECKING:
    from pathlib import Path

    from src.studio.scoring.sign_flips import Count

FORMAT, TOOLS = 1, {"eval", "studio"}
# What may differ between two runs that are compared all the same
NO_MATTER = {"concurrency", "timeout", "repeats", "categories", "cases"}


@dataclass(frozen=True, slots=True)
class Baseline:
    """A run's counts of passed and scored by model and case, and what tells its cases from others of their names.

    `only` is the model to compare with, whatever is asked now; None: the one of the same name.
    """

    counts: dict[str, dict[str, Count]]
    digests: dict[str, str]
    settings: dict[str, Any]
    only: str | None

    def model_for(self, model: str) -> str | None:
        """Return the model that another one is compared with, None where there is none."""
        found = self.only or model
        return found if found in self.counts else None

    def same(self, digests: dict[str, str]) -> set[str]:
        """Return the cases that are the same here and there."""
        return {name for name, digest in digests.items() if self.digests.get(name) == digest}

    def other_cases(self, digests: dict[str, str]) -> str | None:
        """Say which cases are not those of the baseline, None where all are."""
        changed = sum(name in self.digests and self.digests[name] != digest for name, digest in digests.items())
        new, gone = len(digests.keys() - self.digests.keys()), len(self.digests.keys() - digests.keys())
        counts = {"changed": changed, "new": new, "not asked now": gone}
        told = [f"{count:,} {word}" for word, count in counts.items() if count]
        if not told:
            return None
        return (
            f"Of the cases, beside the baseline's, {', '.join(told)}; only those that are the same are compared."
        )

    def differing(self, settings: dict[str, Any]) -> list[str]:
        """Return which settings differ from a run's so that its figures may, too."""
        names = settings.keys() & self.settings.keys() - NO_MATTER
        return sorted(name for name in names if settings[name] != self.settings[name])


def read_baseline(path: Path, only: str | None) -> Baseline:
    """Return the run that a summary is of. Raises `FilesError`."""
    try:
        summary = orjson.loads(path.read_bytes())
    except OSError as error:
        raise FilesError(f"The baseline {path} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise FilesError(f"The baseline {path} is not JSON.") from None
    try:
        baseline = _baseline(summary, only)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise FilesError(f"The baseline {path} is no summary.json of this version of eval.") from None
    if only is not None and only not in baseline.counts:
        raise FilesError(f"The baseline {path} has no model {only!r}; it has {', '.join(baseline.counts)}.")
    return baseline


def _baseline(summary: dict[str, Any], only: str | None) -> Baseline:
    if summary["version"] != FORMAT or summary["tool"] not in TOOLS:
        raise ValueError(summary["version"])
    return Baseline(
        counts={
            model["model"]: {
                name: (int(passed), int(scored)) for name, (passed, scored) in model["counts"].items()
            }
            for model in summary["models"]
        },
        digests={case["name"]: str(case["digest"]) for case in summary["cases"]},
        settings=dict(summary["settings"]),
        only=only,
    )
