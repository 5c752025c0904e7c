"""The ways to call models that a plan needs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from src.studio.llm.sdk import MOST_AT_ONCE, Asks, MissingSdk, sdk_available

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from src.studio.engine.plan import Block, Plan, Route
    from src.studio.llm.client import ChatClient


def capped(plan: Plan) -> tuple[Plan, list[str]]:
    """Return a plan with as few calls at once through the SDK as give right times, and sentences that say so.

    Lanes with such calls share the places that there are.
    """
    sdk = {target.id for target in plan.targets if target.route == "sdk"}
    lanes = sum(any(_is_of(sdk, block) for block in lane.blocks) for lane in plan.lanes)
    if not lanes:
        return plan, []
    most = max(MOST_AT_ONCE // lanes, 1)
    notes = [_note(block, most) for lane in plan.lanes for block in lane.blocks if _is_over(sdk, block, most)]
    blocks = {
        id(block): replace(block, concurrency=most)
        for lane in plan.lanes
        for block in lane.blocks
        if _is_over(sdk, block, most)
    }
    changed = [
        replace(lane, blocks=[blocks.get(id(block), block) for block in lane.blocks]) for lane in plan.lanes
    ]
    return replace(plan, lanes=changed), list(dict.fromkeys(notes))


def _is_over(sdk: AbstractSet[str], block: Block, most: int) -> bool:
    return _is_of(sdk, block) and block.places > most


def _is_of(sdk: AbstractSet[str], block: Block) -> bool:
    return any(request.target in sdk for request in block.requests)


def _note(block: Block, most: int) -> str:
    point = block.requests[0].point or block.requests[0].target
    return (
        f"{point}: {most} at once in place of {block.places}. Of more calls through LiteLLM's SDK, "
        "the times would be its own."
    )


def ways_of(plan: Plan, client: ChatClient) -> Mapping[Route, Asks]:
    """Return what calls the models of each route. Loading LiteLLM's SDK, where it is needed, takes seconds."""
    if all(target.route == "native" for target in plan.targets):
        return {"native": client}
    if not sdk_available():
        return {"native": client, "sdk": MissingSdk()}
    from src.studio.llm.sdk_client import SdkClient  # noqa: PLC0415 - it may not be installed, and takes seconds

    return {"native": client, "sdk": SdkClient(client)}
