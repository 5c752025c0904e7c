"""The ways to call models that a plan needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from src.studio.llm.sdk import Asks, MissingSdk, sdk_available

if TYPE_CHECKING:
    from collections.abc import Mapping

    from src.studio.engine.plan import Plan, Route
    from src.studio.llm.client import ChatClient


def ways_of(plan: Plan, client: ChatClient) -> Mapping[Route, Asks]:
    """Return what calls the models of each route. Loading LiteLLM's SDK, where it is needed, takes seconds."""
    if all(target.route == "native" for target in plan.targets):
        return {"native": client}
    if not sdk_available():
        return {"native": client, "sdk": MissingSdk()}
    from src.studio.llm.sdk_client import SdkClient  # noqa: PLC0415 - it may not be installed, and takes seconds

    return {"native": client, "sdk": SdkClient(client)}
