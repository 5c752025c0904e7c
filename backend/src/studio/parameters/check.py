"""`check`: what is sent of given parameters, and what was changed, left out or warned of, and why. Pure."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from src.studio.llm.request import RESERVED_PARAMS
from src.studio.parameters.values import INTEGER, WANTED, fits, is_number, kind_of, shown, shown_name
from src.studio.schemas import can_be_sent

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from src.studio.parameters.registry import Registry, Rule, Spec

PASSTHROUGH = "passthrough"
RESERVED = (
    "It says what is asked, of whom, or who pays, which is the run's to say: a benchmark or a profile "
    "that sets it is refused."
)
SECRET = {"api_key", "headers", "extra_headers"}
HIDDEN = "***"
FREE_TIER = 3
# Fractions from here on are whole numbers.
EXACT = 2**53

Action = Literal["drop", "clamp", "rename", "warn", "passthrough"]


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What became of a parameter. `adjusted` is what is sent, also under another name; None: nothing."""

    param: str
    original: Any
    adjusted: Any
    action: Action
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Return all fields, for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Checked:
    """What is sent, and what was done for it. `provider` is whose figures were taken."""

    provider: str
    resolved: dict[str, Any]
    adjustments: list[Adjustment] = field(default_factory=list)

    @property
    def warnings(self) -> list[str]:
        """What is sent all the same, a sentence each."""
        return [f"{item.param}: {item.reason}" for item in self.adjustments if item.action == "warn"]

    @property
    def valid(self) -> bool:
        """Whether nothing had to be changed or left out; another name is no change."""
        return all(item.action not in {"drop", "clamp"} for item in self.adjustments)

    @property
    def changes(self) -> list[dict[str, Any]]:
        """What is worth telling with a run: all but what is passed on as it is."""
        return [item.to_dict() for item in self.adjustments if item.action != PASSTHROUGH]


def check(
    registry: Registry,
    model_id: str,
    provider_key: str | None,
    params: Mapping[str, Any],
    skip: Collection[str] = (),
) -> Checked:
    """Return what is sent to a model of some parameters, whatever they are.

    What is in `passthrough` is sent, too, and takes the place of what stands beside it. None stands for what is
    not to be sent. `skip` names what the model is never sent.
    """
    checking = _Check(registry, registry.identify(model_id, provider_key), model_id)
    passed = params.get(PASSTHROUGH)
    if passed is not None and not isinstance(passed, dict):
        checking.leave_out(PASSTHROUGH, passed, f"It must be an object, not {kind_of(passed)}.")
    for param, value in flat(params).items():
        checking.take(param, value, skip)
    for rule, param in registry.rules_for(checking.provider, model_id):
        checking.apply(rule, param, skip)
    for param in list(checking.resolved):
        checking.fit(param)
    return Checked(checking.provider, checking.resolved, checking.adjustments)


def flat(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters with those of `passthrough` among them, in place of others of the same names."""
    passed = params.get(PASSTHROUGH)
    inner = passed if isinstance(passed, dict) else {}
    return {param: value for param, value in {**params, **inner}.items() if param != PASSTHROUGH}


class _Check:
    """One check: what is sent so far, and what was done."""

    def __init__(self, registry: Registry, provider: str, model_id: str) -> None:
        self._registry, self.provider, self._model_id = registry, provider, model_id
        self._name = registry.name_of(provider)
        self.resolved: dict[str, Any] = {}
        self.adjustments: list[Adjustment] = []

    def take(self, param: str, value: Any, skip: Collection[str]) -> None:  # noqa: ANN401 - JSON
        """Take a value that can be sent, and say what of it cannot be."""
        if value is None:
            return
        spec = self._spec(param)
        wanted = "any" if spec is None or spec.tier == FREE_TIER else spec.type
        if param in RESERVED_PARAMS:
            self.leave_out(param, HIDDEN if param in SECRET else value, RESERVED)
        elif param in skip:
            self.leave_out(param, value, "The model's settings leave it out (skip_params).")
        elif not fits(value, wanted):
            self.leave_out(param, value, f"It must be {WANTED[wanted]}, not {kind_of(value)}.")
        elif not can_be_sent(param) or not (can_be_sent(value) or _is_bounded(spec)):
            self.leave_out(param, value, "It holds what JSON cannot say.")
        else:
            self.resolved[param] = value

    def apply(self, rule: Rule, param: str, skip: Collection[str]) -> None:
        """Do what a rule says."""
        if param not in self.resolved or (rule.beside and rule.beside not in self.resolved):
            return
        if rule.thinking and not _thinks(self.resolved):
            return
        value = self.resolved[param]
        if rule.warn:
            self._note(param, value, value, "warn", rule.reason)
        elif rule.drop:
            self.leave_out(param, self.resolved.pop(param), rule.reason)
        elif rule.rename:
            self._rename(param, rule.rename, rule.reason, skip)
        elif rule.set is not None and value != rule.set:
            self._change(param, rule.set, rule.reason)
        elif rule.min is not None and value < rule.min:
            self._change(param, rule.min, rule.reason)

    def fit(self, param: str) -> None:
        """Bring a value into its range, and warn of what the provider does not take."""
        spec, value = self._spec(param), self.resolved[param]
        if spec is None:
            self._note(param, value, value, "passthrough", f"{self._name} is sent it as it is.")
        elif spec.tier == FREE_TIER:
            self._pass_on(param, value, spec)
        elif spec.supported in {"no", "partial"}:
            taken = "does not take it" if spec.supported == "no" else "takes it with some models only"
            self._bound(param, spec)
            self._warn(param, f"{self._name} {taken}; it is sent all the same.")
        else:
            self._bound(param, spec)

    def _bound(self, param: str, spec: Spec) -> None:
        value = self.resolved[param]
        if spec.max_items is not None and isinstance(value, list) and len(value) > spec.max_items:
            self._change(param, value[: spec.max_items], f"{self._name} takes {spec.max_items} of them at most.")
        elif spec.values and value not in spec.values:
            self._warn(param, f"{self._name} is known to take {_listed(spec.values)}; it is sent all the same.")
        elif is_number(value):
            whole = math.floor(value) if spec.type == INTEGER and abs(value) < EXACT else value
            bounded = _between(whole, spec)
            if bounded != value:
                self._change(param, bounded, f"{self._name} takes {_range_of(spec)}.")
            elif type(bounded) is not type(value):
                self.resolved[param] = bounded  # 20.0 is 20

    def _pass_on(self, param: str, value: Any, spec: Spec) -> None:  # noqa: ANN401 - JSON
        reason = f"{self._name} is sent it as it is."
        if not is_number(value) or _between(value, spec) == value:
            self._note(param, value, value, "passthrough", reason)
        else:
            self._warn(param, f"{self._name} is known to take {_range_of(spec)}; it is sent all the same.")

    def _rename(self, param: str, name: str, reason: str, skip: Collection[str]) -> None:
        value = self.resolved.pop(param)
        if name in self.resolved or name in skip:
            self.leave_out(param, value, f"{reason} That one is given, too." if name in self.resolved else reason)
        else:
            self.resolved[name] = value
            self._note(param, value, value, "rename", reason)

    def _spec(self, param: str) -> Spec | None:
        return self._registry.spec(self.provider, self._model_id, param)

    def _change(self, param: str, adjusted: Any, reason: str) -> None:  # noqa: ANN401 - JSON
        self._note(param, self.resolved[param], adjusted, "clamp", reason)
        self.resolved[param] = adjusted

    def _warn(self, param: str, reason: str) -> None:
        self._note(param, self.resolved[param], self.resolved[param], "warn", reason)

    def leave_out(self, param: str, value: Any, reason: str) -> None:  # noqa: ANN401 - JSON
        """Say why a value is not sent."""
        self._note(param, value, None, "drop", reason)

    def _note(self, param: str, original: Any, adjusted: Any, action: Action, reason: str) -> None:  # noqa: ANN401
        told = shown(original)
        self.adjustments.append(Adjustment(shown_name(param), told, shown(adjusted), action, reason))


def _thinks(params: Mapping[str, Any]) -> bool:
    """Tell whether a model is asked to think before it answers."""
    thinking, effort = params.get("thinking"), params.get("reasoning_effort")
    asked = isinstance(thinking, dict) and thinking.get("type") != "disabled"
    return asked or (isinstance(effort, str) and effort != "none")


def _is_bounded(spec: Spec | None) -> bool:
    """Tell whether a number of any size will have one that can be sent."""
    return spec is not None and spec.tier != FREE_TIER and spec.min is not None and spec.max is not None


def _between(value: float, spec: Spec) -> float:
    if spec.min is not None and value < spec.min:
        return spec.min
    return spec.max if spec.max is not None and value > spec.max else value


def _range_of(spec: Spec) -> str:
    whole = "whole numbers " if spec.type == INTEGER else ""
    if spec.min is not None and spec.max is not None:
        return f"{whole}from {spec.min:,} to {spec.max:,}"
    if spec.min is not None:
        return f"{whole}from {spec.min:,} on"
    return f"{whole}up to {spec.max:,}" if spec.max is not None else "whole numbers"


def _listed(values: tuple[Any, ...]) -> str:
    return ", ".join(map(str, values))
