"""The registry: what each provider takes, as data, and a user's own figures over it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FILE = Path(__file__).with_name("registry.json")
UNKNOWN = "_unknown"
# Names under which the same limit goes.
SAME_AS = {"max_completion_tokens": "max_tokens"}

Supported = Literal["yes", "no", "partial", "unknown"]


@dataclass(frozen=True, slots=True)
class Spec:
    """What is known of a parameter. `type`: number, integer, string, texts (one or a list of them), or any other.

    Tier 1 is taken everywhere, tier 2 in places, tier 3 by one provider: what is of tier 3 is passed on as it is.
    """

    tier: int = 3
    supported: Supported = "yes"
    type: str = "any"
    min: float | None = None
    max: float | None = None
    default: Any = None
    values: tuple[Any, ...] = ()
    max_items: int | None = None

    def with_changes(self, changes: Mapping[str, Any]) -> Spec:
        """Return this with some fields of another's; others that it may have say nothing here."""
        known = {name: value for name, value in changes.items() if name in _SPEC_FIELDS}
        if "values" in known:
            known["values"] = tuple(known["values"] or ())
        return replace(self, **known)


_SPEC_FIELDS = {item.name for item in fields(Spec)} - {"tier", "type"}


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds for some models. One of `set`, `min`, `rename`, `drop` and `warn` says what is done, and why.

    `models` is a regular expression for a name without its prefixes; `beside` names a parameter that must be
    given, too; `thinking` says that the model must be asked to think.
    """

    providers: tuple[str, ...]
    params: tuple[str, ...]
    reason: str
    models: re.Pattern[str] | None = None
    beside: str | None = None
    thinking: bool = False
    set: float | None = None
    min: float | None = None
    rename: str | None = None
    drop: bool = False
    warn: bool = False

    def is_for(self, provider: str, name: str) -> bool:
        """Tell whether it holds for a model, by its name without prefixes."""
        return provider in self.providers and (self.models is None or self.models.search(name) is not None)


@dataclass(frozen=True, slots=True)
class Registry:
    """What is known of providers' parameters. `names` are the providers', for people."""

    prefixes: Mapping[str, str]
    names: Mapping[str, str]
    providers: Mapping[str, Mapping[str, Spec]]
    rules: tuple[Rule, ...]
    models: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    """What a user says of models, by id: changes of what their providers take."""

    def identify(self, model_id: str, provider_key: str | None) -> str:
        """Return which provider's figures hold: that of the key, else of the id's prefix, else `_unknown`."""
        if provider_key in self.providers:
            return str(provider_key)
        prefix, slash, _ = model_id.partition("/")
        return self.prefixes.get(prefix.lower(), UNKNOWN) if slash else UNKNOWN

    def name_of(self, provider: str) -> str:
        """Return what a provider is called in sentences."""
        return self.names.get(provider, provider)

    def spec(self, provider: str, model_id: str, param: str) -> Spec | None:
        """Return what is known of a parameter, None where nothing is."""
        param = SAME_AS.get(param, param)
        spec, changes = self.providers[provider].get(param), self.models.get(model_id, {}).get(param)
        return spec if changes is None else (spec or Spec()).with_changes(changes)

    def rules_for(self, provider: str, model_id: str) -> Iterator[tuple[Rule, str]]:
        """Yield rules that hold for a model, each with its parameters; not those that the user speaks of."""
        name = model_id.rpartition("/")[2].lower()
        for rule in self.rules:
            if rule.is_for(provider, name):
                yield from ((rule, param) for param in rule.params if param not in self.models.get(model_id, {}))

    def with_support(self, support: Mapping[str, Any] | None) -> Registry:
        """Return this with what a user says of providers and models (`param_support`) in place of what it says."""
        if not support:
            return self
        providers = {key: dict(params) for key, params in self.providers.items()}
        for key, told in support.get("provider_defaults", {}).items():
            params = providers.setdefault(key, dict(self.providers[UNKNOWN]))
            for param, changes in changes_of(told):
                params[param] = params.get(param, Spec()).with_changes(changes)
        models = {key: dict(changes_of(told)) for key, told in support.get("model_overrides", {}).items()}
        return replace(self, providers=providers, models=models)


def changes_of(told: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield what is said of parameters, in `params` or by itself. True and false say that it is taken, or not."""
    params = told["params"] if isinstance(told.get("params"), dict) else told
    for param, spec in params.items():
        if isinstance(spec, bool):
            yield param, {"supported": "yes" if spec else "no"}
        elif isinstance(spec, dict):
            supported = spec.get("supported")
            as_word = {"supported": "yes" if supported else "no"} if isinstance(supported, bool) else {}
            yield param, {**spec, **as_word}


@cache
def registry_data() -> dict[str, Any]:
    """Return the file: what the API tells of it."""
    return json.loads(FILE.read_text())


@cache
def load_registry() -> Registry:
    """Return the registry as the file has it."""
    data = registry_data()
    providers = {
        key: {
            param: Spec(tier=spec["tier"], type=spec["type"]).with_changes(spec)
            for param, spec in provider["params"].items()
        }
        for key, provider in data["providers"].items()
    }
    names = {key: provider["display_name"] for key, provider in data["providers"].items()}
    return Registry(data["prefixes"], names, providers, tuple(_rule(rule) for rule in data["rules"]))


def _rule(told: dict[str, Any]) -> Rule:
    known: dict[str, Any] = {item.name: told[item.name] for item in fields(Rule) if item.name in told}
    known["models"] = re.compile(told["models"]) if "models" in told else None
    known["providers"], known["params"] = tuple(told["providers"]), tuple(told["params"])
    return Rule(**known)
