"""What `/api/mcp/*` takes and tells."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, StringConstraints
from pydantic_core import PydanticCustomError

from src.studio.schemas import Text


def _visible(token: SecretStr) -> SecretStr:
    """Refuse what a header cannot say."""
    if not all("!" <= character <= "~" for character in token.get_secret_value()):
        raise PydanticCustomError("token", "must have visible characters of ASCII alone")
    return token


class DiscoverIn(BaseModel):
    """`POST /api/mcp/discover`."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=2048)]
    token: Annotated[SecretStr, AfterValidator(_visible)] | None = Field(
        None, max_length=4096, description="A bearer token, which is used for this once and kept nowhere."
    )


class McpToolIn(BaseModel):
    """A tool as a server tells it. What models are not shown of it, such as annotations, is left out."""

    model_config = ConfigDict(extra="ignore")

    name: Any = None
    description: Any = None
    inputSchema: Any = None  # noqa: N815 - as MCP names it


class McpImportIn(BaseModel):
    """`POST /api/mcp/import`."""

    model_config = ConfigDict(extra="forbid")

    tools: list[McpToolIn] = Field(min_length=1, max_length=1_000)
    suite_name: Annotated[Text, StringConstraints(strip_whitespace=True, max_length=256)] | None = None
    suite_description: Annotated[Text, StringConstraints(max_length=5_000)] | None = None
    generate_test_cases: bool = Field(
        False, description="One case a tool, and one that wants no call, all of them disputed."
    )


class McpToolOut(BaseModel):
    """A tool of a server."""

    name: str
    description: str
    inputSchema: dict[str, Any]  # noqa: N815 - as MCP names it
    parameter_count: int


class DiscoveredOut(BaseModel):
    """What a server told."""

    status: Literal["ok"] = "ok"
    server_name: str
    tools: list[McpToolOut]
    tool_count: int
    notes: list[str] = Field(description="What of it could not be told, in sentences.")


class McpImportedOut(BaseModel):
    """A suite was made of a server's tools."""

    status: Literal["ok"] = "ok"
    suite_id: str
    tools_imported: int
    test_cases_generated: int
    notes: list[str] = Field(description="What could not be taken over, in sentences.")
