"""What a user says of parameters (`param_support`): which form it may have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from src.studio.parameters.values import is_number
from src.studio.schemas import can_be_sent

if TYPE_CHECKING:
    from collections.abc import Iterator

SECTIONS = ("provider_defaults", "model_overrides")
PRESETS = "presets"
"""Comes with what there is to begin with, and is kept with it; nothing is checked by it."""
MOST_PRESETS = 20
MOST_NAMED = 500
LONGEST_NAME = 512
SUPPORTED = ("yes", "no", "partial", "unknown")


def why_not_support(told: object) -> str | None:
    """Say in a sentence why something is no `param_support`, None where it is one."""
    if told is None:
        return None
    if not isinstance(told, dict) or set(told) - {*SECTIONS, PRESETS}:
        return f"It must be null, or an object of {' and '.join(SECTIONS)}."
    if not can_be_sent(told):
        return "It holds what JSON cannot say."
    presets = told.get(PRESETS, [])
    if not isinstance(presets, list) or len(presets) > MOST_PRESETS or not all(map(_is_preset, presets)):
        return f"{PRESETS} must be {MOST_PRESETS} objects at most, each with a name and a search_space."
    return next(
        (sentence for section in SECTIONS for sentence in _faults_of(section, told.get(section, {}))), None
    )


def _is_preset(told: object) -> bool:
    return (
        isinstance(told, dict) and isinstance(told.get("name"), str) and isinstance(told.get("search_space"), dict)
    )


def _faults_of(section: str, named: object) -> Iterator[str]:
    if not isinstance(named, dict):
        yield f"{section} must be an object."
        return
    if len(named) > MOST_NAMED or any(len(name) > LONGEST_NAME for name in named):
        yield f"{section} may have {MOST_NAMED} names at most, of {LONGEST_NAME} characters each."
    for name, told in named.items():
        params = told.get("params", told) if isinstance(told, dict) else None
        if not isinstance(params, dict):
            yield f"{section}: what is said of {name} must be an object."
            continue
        for param, spec in params.items():
            if isinstance(spec, dict):
                yield from (f"{section}: {name}: {param}: {fault}" for fault in _faults_of_spec(spec))
            elif not isinstance(spec, bool) and param != "display_name":
                yield f"{section}: {name}: {param} must be an object, true or false."


def _faults_of_spec(spec: dict[str, Any]) -> Iterator[str]:
    supported = spec.get("supported", "yes")
    if not isinstance(supported, bool) and supported not in SUPPORTED:
        yield f"supported must be true, false, or one of {', '.join(SUPPORTED)}."
    low, high = spec.get("min"), spec.get("max")
    for name, value in (("min", low), ("max", high)):
        if value is not None and not is_number(value):
            yield f"{name} must be a number."
            return
    if low is not None and high is not None and low > high:
        yield "min must not be more than max."
    most = spec.get("max_items")
    if most is not None and (not isinstance(most, int) or isinstance(most, bool) or most < 1):
        yield "max_items must be a whole number from 1 on."
    if not isinstance(spec.get("values") or [], list):
        yield "values must be a list."
