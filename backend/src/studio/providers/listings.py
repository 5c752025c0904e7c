"""Reads the lists by which providers tell their models. What is none is a `ValueError`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from src.studio.providers.catalog import OfferedModel
from src.studio.providers.kept import LARGEST_OUTPUT, LARGEST_WINDOW
from src.studio.providers.model_lists import count_of, is_callable, price_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from src.studio.providers.presets import Dialect

ANTHROPIC_VERSION = "2023-06-01"
GEMINI_PREFIX = "models/"
# Names of one thing among those who list models as OpenAI does: OpenRouter and Together, Groq, Mistral and
# LM Studio, vLLM
WINDOWS = ("context_length", "context_window", "max_context_length", "max_model_len")
OUTPUTS = ("max_completion_tokens", "max_output_tokens")


@dataclass(frozen=True, slots=True)
class Page:
    """Models by their names, and the query that asks for those that come after them; None: they are all."""

    models: Mapping[str, OfferedModel]
    following: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """Where a provider tells its models, below its address, and how that is read."""

    path: str
    read: Callable[[Any], Page]
    query: Mapping[str, str] = field(default_factory=dict)


def read_openai(answer: Any) -> Page:  # noqa: ANN401 - whatever JSON it is
    """Read `{"data": [{"id"}]}`, or the bare list that some answer with."""
    rows = answer.get("data") if isinstance(answer, dict) else answer
    return Page(_by_name(_openai(row) for row in _rows(rows)))


def read_anthropic(answer: Any) -> Page:  # noqa: ANN401
    """Read Anthropic's `{"data": [{"id", "display_name"}], "has_more", "last_id"}`."""
    page = read_openai(answer)
    last = answer.get("last_id") if answer.get("has_more") else None
    return Page(page.models, {"after_id": last} if isinstance(last, str) and last else None)


def read_gemini(answer: Any) -> Page:  # noqa: ANN401
    """Read Gemini's `{"models": [{"name": "models/…"}], "nextPageToken"}`: those that can be talked to."""
    rows = _rows(_of(answer, "models"))
    chat = [row for row in rows if "generateContent" in (row.get("supportedGenerationMethods") or ())]
    token = answer.get("nextPageToken")
    return Page(_by_name(map(_gemini, chat)), {"pageToken": token} if isinstance(token, str) and token else None)


def read_cohere(answer: Any) -> Page:  # noqa: ANN401
    """Read Cohere's `{"models": [{"name", "endpoints"}], "next_page_token"}`: those that can be talked to."""
    rows = [row for row in _rows(_of(answer, "models")) if "chat" in (row.get("endpoints") or ("chat",))]
    token = answer.get("next_page_token")
    found = _by_name((row.get("name"), {"context_window": _first(row, WINDOWS, LARGEST_WINDOW)}) for row in rows)
    return Page(found, {"page_token": token} if isinstance(token, str) and token else None)


def read_ollama(answer: Any) -> Page:  # noqa: ANN401
    """Read Ollama's own `{"models": [{"name"}]}`."""
    return Page(_by_name((row.get("name"), {}) for row in _rows(_of(answer, "models"))))


LISTINGS: dict[Dialect, Listing] = {
    "openai": Listing("/models", read_openai),
    "lm_studio": Listing("/models", read_openai),
    "anthropic": Listing("/v1/models", read_anthropic, {"limit": "1000"}),
    "gemini": Listing("/v1beta/models", read_gemini, {"pageSize": "1000"}),
    "cohere": Listing("/v1/models", read_cohere, {"page_size": "1000"}),
}
OLLAMA = Listing("/api/tags", read_ollama)


def headers_of(dialect: Dialect, api_key: str | None) -> dict[str, str]:
    """Return how a key is shown to a provider: never in the address, which is logged on the way."""
    headers = {"anthropic-version": ANTHROPIC_VERSION} if dialect == "anthropic" else {}
    if not api_key:
        return headers
    match dialect:
        case "anthropic":
            return headers | {"x-api-key": api_key}
        case "gemini":
            return headers | {"x-goog-api-key": api_key}
        case _:
            return headers | {"Authorization": f"Bearer {api_key}"}


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model that LM Studio has, and what runs it: `gguf`, `mlx` or another."""

    name: str
    compatibility_type: str


def read_lm_studio(answer: Any) -> list[LocalModel]:  # noqa: ANN401
    """Read LM Studio's own list, `{"data": [{"id", "type", "compatibility_type"}]}`, without embeddings."""
    rows = [row for row in _rows(_of(answer, "data")) if row.get("type") != "embeddings"]
    found = [(row.get("id"), row.get("compatibility_type")) for row in rows]
    return [
        LocalModel(name, kind if isinstance(kind, str) else "unknown") for name, kind in found if is_callable(name)
    ]


def _of(answer: Any, name: str) -> Any:  # noqa: ANN401
    return answer.get(name) if isinstance(answer, dict) else None


def _rows(rows: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    if not isinstance(rows, list):
        raise ValueError("no list of models")  # noqa: TRY004 - of the same kind as what is no JSON
    return [row for row in rows if isinstance(row, dict)]


def _by_name(found: Iterable[tuple[Any, dict[str, Any]]]) -> dict[str, OfferedModel]:
    """Return models by name; of several of one name, the first."""
    models: dict[str, OfferedModel] = {}
    for name, known in found:
        if is_callable(name):
            models.setdefault(name, OfferedModel(name, **known))
    return models


def _openai(row: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    pricing = row.get("pricing")
    prices = pricing if isinstance(pricing, dict) and "prompt" in pricing else {}  # OpenRouter's, per token
    return row.get("id"), {
        "display_name": _text(row.get("display_name") or row.get("name")),
        "context_window": _first(row, WINDOWS, LARGEST_WINDOW),
        "max_output_tokens": _first(row, OUTPUTS, LARGEST_OUTPUT),
        "input_cost_per_mtok": price_of(_number(prices.get("prompt"))),
        "output_cost_per_mtok": price_of(_number(prices.get("completion"))),
    }


def _gemini(row: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    name = row.get("name")
    return name.removeprefix(GEMINI_PREFIX) if isinstance(name, str) else None, {
        "display_name": _text(row.get("displayName")),
        "context_window": _first(row, ["inputTokenLimit"], LARGEST_WINDOW),
        "max_output_tokens": _first(row, ["outputTokenLimit"], LARGEST_OUTPUT),
    }


def _first(row: dict[str, Any], names: Iterable[str], most: int) -> int | None:
    """Return the first number of tokens that there is; None, too, where it is more than can be kept."""
    found = next(filter(None, (count_of(row.get(name)) for name in names)), None)
    return found if found is not None and found <= most else None


def _text(value: object) -> str:
    return value[:256] if is_callable(value) else ""


def _number(value: object) -> object:
    """Return the number that a text has, as OpenRouter writes prices."""
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return None
