"""Which models a run asks, as they are now, and what each is sent beside the cases."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from src.studio.benchmarks.schemas import BenchmarkIn
from src.studio.benchmarks.targets import RunTarget, refusal, resolve
from src.studio.errors import InvalidRequestError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from src.studio.benchmarks.sending import Sending
    from src.studio.benchmarks.targets import Resolved
    from src.studio.providers.service import Provider
    from src.studio.tool_eval.schemas import ToolEvalIn

SAME = (
    "targets",
    "models",
    "temperature",
    "max_tokens",
    "provider_params",
    "profiles",
    "timeout",
)


def models_asked(
    request: ToolEvalIn, providers: Sequence[Provider], sending: Sending, suite_prompt: str
) -> Resolved:
    """Find the models that a request names, by the rules that benchmarks have.

    Its own system prompt goes before that of a profile, that before the suite's, and that before the model's. An
    empty one of a model leaves out all of them.
    Raises `InvalidRequestError` where none of the models is there.
    """
    same = request.model_dump(include=set(SAME))
    resolved = resolve(BenchmarkIn(**same), "", providers, sending)
    if not resolved.targets:
        raise InvalidRequestError(refusal(resolved.skipped))
    resolved.targets = [_with_prompt(target, request, suite_prompt) for target in resolved.targets]
    return resolved


def _with_prompt(target: RunTarget, request: ToolEvalIn, suite_prompt: str) -> RunTarget:
    asked = request.prompt_for(target.provider_key, target.model_id)
    if asked is None:
        of_profile = (target.profile or {}).get("system_prompt")
        asked = of_profile or suite_prompt or target.system_prompt
    return replace(target, system_prompt=asked or None)
