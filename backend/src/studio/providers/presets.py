"""Providers that need no looking up: where each answers, what it speaks, and whether it wants a key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from src.studio.llm import sdk

Route = Literal["native", "sdk"]
Dialect = Literal["openai", "anthropic", "gemini", "cohere", "lm_studio"]
"""How a provider tells its models."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What LiteLLM's SDK has before names of models, and, for `version`, after the address of a provider."""

    prefix: str
    version: str
    path: str = ""


SPOKEN: dict[Dialect, Spoken] = {
    "anthropic": Spoken("anthropic", "/v1"),
    "gemini": Spoken("gemini", "/v1beta", "/v1beta"),
    "cohere": Spoken("cohere_chat", "/v1", "/v2/chat"),
}


@dataclass(frozen=True, slots=True)
class Preset:
    """A provider as it is known. `local`: it runs on the machine of whoever uses it.

    `listed_as` is what LiteLLM's list of prices calls it.
    """

    provider_key: str
    display_name: str
    api_base: str | None
    docs: str
    api_key_env: str | None = None
    needs_key: bool = False
    route: Route = "native"
    dialect: Dialect = "openai"
    model_id_prefix: str | None = None
    local: bool = False
    listed_as: str | None = None

    @property
    def unavailable_reason(self) -> str | None:
        """Why its models cannot be called here, a sentence; None where they can."""
        return sdk.MISSING if self.route == "sdk" and not sdk.sdk_available() else None


def _hosted(key: str, name: str, api_base: str, site: str, listed_as: str = "") -> Preset:
    listed_as = listed_as or key
    variable = f"{listed_as.upper().replace('_', '')}_API_KEY"
    return Preset(key, name, api_base, f"Keys are made at {site}.", variable, needs_key=True, listed_as=listed_as)


def _spoken(key: str, name: str, api_base: str, site: str, dialect: Dialect) -> Preset:
    """Return one that speaks a dialect of its own."""
    return Preset(
        key, name, api_base, f"Keys are made at {site}.", f"{key.upper()}_API_KEY",
        needs_key=True, route="sdk", dialect=dialect, model_id_prefix=key, listed_as=SPOKEN[dialect].prefix,
    )  # fmt: skip


def _local(key: str, name: str, port: int, start: str, dialect: Dialect = "openai") -> Preset:
    docs = f"Needs no key. {start} The address is the server's view: this machine is the one that Studio runs on."
    return Preset(key, name, f"http://127.0.0.1:{port}/v1", docs, dialect=dialect, local=True)


PRESETS = {
    preset.provider_key: preset
    for preset in (
        _hosted("openai", "OpenAI", "https://api.openai.com/v1", "platform.openai.com"),
        _spoken("anthropic", "Anthropic", "https://api.anthropic.com", "platform.claude.com", "anthropic"),
        _spoken("gemini", "Gemini", "https://generativelanguage.googleapis.com", "aistudio.google.com", "gemini"),
        _hosted("mistral", "Mistral", "https://api.mistral.ai/v1", "console.mistral.ai"),
        _hosted("deepseek", "DeepSeek", "https://api.deepseek.com", "platform.deepseek.com"),
        _spoken("cohere", "Cohere", "https://api.cohere.com", "dashboard.cohere.com", "cohere"),
        _hosted("xai", "xAI", "https://api.x.ai/v1", "console.x.ai"),
        _hosted("groq", "Groq", "https://api.groq.com/openai/v1", "console.groq.com"),
        _hosted("openrouter", "OpenRouter", "https://openrouter.ai/api/v1", "openrouter.ai"),
        _hosted("together", "Together", "https://api.together.xyz/v1", "api.together.ai", "together_ai"),
        _local("ollama", "Ollama", 11434, "Start it with `ollama serve`."),
        _local("lm_studio", "LM Studio", 1234, "Start its server under Developer.", "lm_studio"),
        _local("vllm", "vLLM", 8000, "Start it with `vllm serve MODEL`."),
        _local("llama_cpp", "llama.cpp", 8080, "Start it with `llama-server -m FILE`."),
        Preset(
            "openai_compatible", "OpenAI-compatible", None,
            "Any address that /chat/completions follows, such as https://models.example.com/v1.",
        ),
    )
}  # fmt: skip


def preset_of(provider_key: str, model_id_prefix: str | None) -> Preset | None:
    """Return what is known of a provider by its key, or by the prefix of its models; None where nothing is."""
    by_prefix = next(
        (preset for preset in PRESETS.values() if model_id_prefix and preset.model_id_prefix == model_id_prefix),
        None,
    )
    return PRESETS.get(provider_key.lower().replace("-", "_")) or by_prefix
