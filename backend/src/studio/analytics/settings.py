"""What runs were asked for, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from src.studio.benchmarks.schemas import BenchmarkIn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Values = dict[str, Any]

PROMPT_START = 200
# Told in other words, or said of no more than the run itself
NO_SETTINGS = {"targets", "models", "profiles", "prompt", "label", "dataset"}
# Runs of before did not say what could not be asked for then.
UNASKED = {
    name: field.get_default(call_default_factory=True)
    for name, field in BenchmarkIn.model_fields.items()
    if name not in NO_SETTINGS
}


def settings_of(runs: Sequence[Mapping[str, Any]]) -> list[Values]:
    """Return each setting with its value in every run, and whether these differ; `runs` are rows, whole.

    Of long texts the beginnings are told, and the whole is looked at.
    """
    told, whole = [_asked(run) for run in runs], [_whole(run) for run in runs]
    names = dict.fromkeys(name for run in told for name in run)
    return [
        {
            "name": name,
            "values": [run.get(name) for run in told],
            "differs": any(run.get(name) != whole[0].get(name) for run in whole),
        }
        for name in names
    ]


def _asked(run: Mapping[str, Any]) -> Values:
    dataset = run["dataset"]
    return _whole(run) | {
        "prompt": run["prompt"][:PROMPT_START],
        "dataset": dataset and f"{len(dataset.splitlines()):,} lines",
    }


def _whole(run: Mapping[str, Any]) -> Values:
    settings = run["settings"] if isinstance(run["settings"], dict) else {}
    kept = {name: value for name, value in settings.items() if name not in NO_SETTINGS}
    targets = run["targets"]
    return {
        "models": [f"{target['provider_key']}::{target['model_id']}" for target in targets],
        "prompt": run["prompt"],
        "dataset": run["dataset"],
        **UNASKED,
        **kept,
        "slo": run["slo"],
        "sent": {target["model_id"]: target.get("params") or {} for target in targets},
        "system_prompts": {
            target["model_id"]: target["system_prompt"] for target in targets if target.get("system_prompt")
        },
        "through": sorted(
            {f"{target.get('through', 'direct')}, {target.get('route', 'native')}" for target in targets}
        ),
        "tool": run["tool"],
    }
