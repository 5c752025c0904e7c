"""`McpService`: asks MCP servers for their tools, a few at once for each user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from src.core.turns import Turns
from src.studio.errors import TooManyRequestsError

if TYPE_CHECKING:
    from src.studio.accounts.user import User
    from src.studio.llm.egress import EgressPolicy
    from src.studio.mcp.discovery import Found

AT_ONCE_OF_ONE = 2
RETRY_SECONDS = 5.0


class McpService:
    """Questions to MCP servers. Nothing of them is kept, a token least of all."""

    def __init__(self, policy: EgressPolicy) -> None:
        self._policy = policy
        self._turns = Turns(AT_ONCE_OF_ONE, _refusal)

    def discover(self, owner: User, url: str, token: str | None = None) -> Found:
        """Return a server's tools. It blocks for twenty seconds at most.

        Raises `EgressRefusedError`, `McpServerError`, `McpTimeoutError` and `TooManyRequestsError`.
        """
        from src.studio.mcp.discovery import discover  # noqa: PLC0415 - it takes half a second, of few processes

        with self._turns.taken_by(owner.id):
            return discover(self._policy, url, token)


def _refusal() -> TooManyRequestsError:
    return TooManyRequestsError(
        f"{AT_ONCE_OF_ONE} of your questions to MCP servers are under way. Wait for their answers.",
        RETRY_SECONDS,
    )
