"""Tools and cases to begin with."""

from typing import Any

SUITES = "/api/tool-suites"


def tool(name: str = "get_weather", required: tuple[str, ...] = ("city",), **properties: Any) -> dict[str, Any]:
    """Return a tool as OpenAI has it, of a city unless told otherwise."""
    schema = {
        "type": "object",
        "properties": properties or {"city": {"type": "string"}, "days": {"type": "integer"}},
        "required": list(required),
        "additionalProperties": False,
    }
    described = {"name": name, "description": f"Does {name}.", "parameters": schema}
    return {"type": "function", "function": described}


def case(city: str = "Paris", **more: Any) -> dict[str, Any]:
    """Return a case of one call."""
    call = {"tool": "get_weather", "arguments": {"city": city}}
    return {"prompt": f"How is the weather in {city}?", "expected_calls": [call], **more}


def suite(**more: Any) -> dict[str, Any]:
    """Return what a suite of one tool is made of."""
    return {"name": "Weather", "tools": [tool()], **more}
