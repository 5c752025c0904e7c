"""`/api/mcp/*`: tools of MCP servers, and suites of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Request, Response

from src.core.http.guards import takes_body_of
from src.core.http.responses import json_response
from src.studio.bodies import form_of, takes
from src.studio.dependencies import CurrentUser, Provided
from src.studio.mcp.schemas import DiscoveredOut, DiscoverIn, McpImportedOut, McpImportIn

if TYPE_CHECKING:
    from collections.abc import Mapping

router = APIRouter(tags=["studio"])

# What is read of a server at most, and what stands around it
LONGEST_BODY = 21 * 1000 * 1000


@router.post("/api/mcp/discover", response_model=DiscoveredOut)
async def discover(asked: DiscoverIn, request: Request, user: CurrentUser, services: Provided) -> Response:
    """Ask an MCP server for its tools, over streamable HTTP, else over SSE. Nothing of it is kept."""
    token = asked.token.get_secret_value() if asked.token else None
    # it may take twenty seconds: who waits for somebody else does so on threads of their own
    limiter: CapacityLimiter = request.app.state.outside_turns
    found = await to_thread.run_sync(services.mcp.discover, user, asked.url, token, limiter=limiter)
    tools = [{**tool, "parameter_count": _count(tool["inputSchema"])} for tool in found.tools]
    told = {"status": "ok", "server_name": found.server_name, "tools": tools, "tool_count": len(tools)}
    return json_response({**told, "notes": list(found.notes)})


@router.post("/api/mcp/import", openapi_extra=takes(McpImportIn))
@takes_body_of(LONGEST_BODY)
def import_tools(
    user: CurrentUser, asked: Annotated[McpImportIn, Depends(form_of(McpImportIn))], services: Provided
) -> McpImportedOut:
    """Keep tools that an MCP server told as a suite, those that cannot be used left out and named."""
    tools = [tool.model_dump(exclude_unset=True) for tool in asked.tools]
    found = services.tool_suites.imports.from_mcp(
        user, tools, asked.suite_name or None, asked.suite_description, with_cases=asked.generate_test_cases
    )
    return McpImportedOut(
        suite_id=found.suite_id,
        tools_imported=found.tools,
        test_cases_generated=found.cases,
        notes=list(found.notes),
    )


def _count(schema: Mapping[str, Any]) -> int:
    properties = schema.get("properties")
    return len(properties) if isinstance(properties, dict) else 0
