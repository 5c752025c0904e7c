"""Lists of models as providers answer them, cut to what tells them apart."""

from typing import Any

import pytest

from src.studio.providers.catalog import OfferedModel
from src.studio.providers.listings import (
    headers_of,
    read_anthropic,
    read_cohere,
    read_gemini,
    read_lm_studio,
    read_ollama,
    read_openai,
)

OPENAI = {
    "object": "list",
    "data": [
        {"id": "gpt-5.1", "object": "model", "created": 1762800673, "owned_by": "system"},
        {"id": "gpt-4o-mini", "object": "model", "created": 1721172741, "owned_by": "system"},
    ],
}
ANTHROPIC = {
    "data": [
        {
            "type": "model",
            "id": "claude-sonnet-4-5-20250929",
            "display_name": "Claude Sonnet 4.5",
            "created_at": "2025-09-29T00:00:00Z",
        }
    ],
    "has_more": True,
    "first_id": "claude-sonnet-4-5-20250929",
    "last_id": "claude-sonnet-4-5-20250929",
}
GEMINI = {
    "models": [
        {
            "name": "models/gemini-2.5-flash",
            "version": "001",
            "displayName": "Gemini 2.5 Flash",
            "inputTokenLimit": 1048576,
            "outputTokenLimit": 65536,
            "supportedGenerationMethods": ["generateContent", "countTokens"],
        },
        {"name": "models/embedding-001", "supportedGenerationMethods": ["embedContent"]},
    ],
    "nextPageToken": "next",
}
COHERE = {
    "models": [
        {"name": "command-a-03-2025", "endpoints": ["chat", "generate"], "context_length": 288000},
        {"name": "embed-v4.0", "endpoints": ["embed"], "context_length": 128000},
    ]
}
OPENROUTER = {
    "data": [
        {
            "id": "meta-llama/llama-3.3-70b-instruct:free",
            "name": "Meta: Llama 3.3 70B Instruct (free)",
            "context_length": 131072,
            "pricing": {"prompt": "0.00000013", "completion": "0.0000004", "request": "0"},
        },
        {"id": "openrouter/auto", "context_length": 10_000_000, "pricing": {"prompt": "-1", "completion": "-1"}},
    ]
}
TOGETHER = [{"id": "Qwen/Qwen3-8B", "type": "chat", "display_name": "Qwen3 8B", "context_length": 40960}]
GROQ = {"data": [{"id": "llama-3.1-8b-instant", "context_window": 131072, "max_completion_tokens": 131072}]}
VLLM = {"object": "list", "data": [{"id": "Qwen/Qwen3-0.6B", "object": "model", "max_model_len": 40960}]}
OLLAMA = {"models": [{"name": "llama3.2:latest", "model": "llama3.2:latest", "size": 2019393189}]}
LM_STUDIO: dict[str, Any] = {
    "object": "list",
    "data": [
        {"id": "qwen3-8b-mlx", "type": "llm", "compatibility_type": "mlx", "state": "loaded"},
        {"id": "gemma-3-4b", "type": "vlm", "compatibility_type": "gguf", "state": "not-loaded"},
        {"id": "nomic-embed", "type": "embeddings", "compatibility_type": "gguf"},
    ],
}


def test_openai_tells_names_alone() -> None:
    page = read_openai(OPENAI)
    assert page.models == {"gpt-5.1": OfferedModel("gpt-5.1"), "gpt-4o-mini": OfferedModel("gpt-4o-mini")}
    assert page.following is None


def test_anthropic_tells_names_for_people_and_where_the_next_page_begins() -> None:
    page = read_anthropic(ANTHROPIC)
    assert [model.name for model in page.models.values()] == ["Claude Sonnet 4.5"]
    assert page.following == {"after_id": "claude-sonnet-4-5-20250929"}
    assert read_anthropic({**ANTHROPIC, "has_more": False}).following is None


def test_gemini_tells_windows_and_models_that_cannot_be_talked_to_are_left_out() -> None:
    page = read_gemini(GEMINI)
    (model,) = page.models.values()
    assert (model.model_id, model.name) == ("gemini-2.5-flash", "Gemini 2.5 Flash")
    assert (model.context_window, model.max_output_tokens) == (1_048_576, 65_536)
    assert page.following == {"pageToken": "next"}


def test_cohere_lists_other_things_than_chat_models_too() -> None:
    assert read_cohere(COHERE).models == {"command-a-03-2025": OfferedModel("command-a-03-2025", 288_000)}


def test_openrouter_tells_prices_per_token_as_text_and_none_below_zero() -> None:
    free, auto = read_openai(OPENROUTER).models.values()
    assert (free.input_cost_per_mtok, free.output_cost_per_mtok) == (0.13, 0.4)
    assert free.name == "Meta: Llama 3.3 70B Instruct (free)"
    assert (auto.input_cost_per_mtok, auto.context_window) == (None, None)  # more than can be kept


@pytest.mark.parametrize(
    ("answer", "window", "output"),
    [(TOGETHER, 40_960, None), (GROQ, 131_072, None), (VLLM, 40_960, None)],
)
def test_windows_have_many_names(answer: Any, window: int, output: int | None) -> None:
    (model,) = read_openai(answer).models.values()
    assert (model.context_window, model.max_output_tokens) == (window, output)


def test_ollamas_own_list_is_read_too() -> None:
    assert list(read_ollama(OLLAMA).models) == ["llama3.2:latest"]


def test_lm_studio_tells_what_runs_a_model() -> None:
    assert [(model.name, model.compatibility_type) for model in read_lm_studio(LM_STUDIO)] == [
        ("qwen3-8b-mlx", "mlx"),
        ("gemma-3-4b", "gguf"),
    ]


def test_of_models_of_one_name_the_first_counts_and_what_cannot_be_called_is_left_out() -> None:
    rows = [{"id": "a", "name": "first"}, {"id": "a"}, {"id": "openai/*"}, {"id": 7}, {"id": "x\0"}, {}, "b", None]
    found = read_openai({"data": rows}).models
    assert [model.name for model in found.values()] == ["first"]


@pytest.mark.parametrize("answer", [None, 7, "text", {}, {"data": {}}, {"models": None}])
def test_what_is_no_list_is_refused(answer: Any) -> None:
    for read in (read_openai, read_gemini, read_cohere, read_ollama, read_lm_studio):
        with pytest.raises(ValueError, match="no list of models"):
            read(answer)


def test_each_dialect_shows_a_key_in_a_header_of_its_own() -> None:
    assert headers_of("openai", "k") == {"Authorization": "Bearer k"}
    assert headers_of("anthropic", "k") == {"x-api-key": "k", "anthropic-version": "2023-06-01"}
    assert headers_of("gemini", "k") == {"x-goog-api-key": "k"}
    assert headers_of("openai", None) == {}
