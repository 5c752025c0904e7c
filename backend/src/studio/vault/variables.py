"""Keys of the operator's own: variables of the server's environment, and who may name them.

Whoever names a variable has its value sent to an address of their own choice. So there is a list, which has keys
of providers alone, and administrators alone may name one of it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from src.studio.accounts.user import User

KNOWN_KEY_VARIABLES = frozenset(
    {
        "ANTHROPIC_API_KEY",
        "AZURE_API_KEY",
        "AZURE_OPENAI_API_KEY",
        "CEREBRAS_API_KEY",
        "COHERE_API_KEY",
        "CO_API_KEY",
        "DASHSCOPE_API_KEY",
        "DEEPINFRA_API_KEY",
        "DEEPSEEK_API_KEY",
        "FIREWORKS_API_KEY",
        "FIREWORKS_AI_API_KEY",
        "GEMINI_API_KEY",
        "GOOGLE_API_KEY",
        "GROQ_API_KEY",
        "HF_TOKEN",
        "HUGGINGFACE_API_KEY",
        "LLAMA_CPP_API_KEY",
        "LM_STUDIO_API_KEY",
        "MISTRAL_API_KEY",
        "MOONSHOT_API_KEY",
        "NVIDIA_NIM_API_KEY",
        "OLLAMA_API_KEY",
        "OPENAI_API_KEY",
        "OPENROUTER_API_KEY",
        "PERPLEXITYAI_API_KEY",
        "PERPLEXITY_API_KEY",
        "REPLICATE_API_KEY",
        "SAMBANOVA_API_KEY",
        "TOGETHERAI_API_KEY",
        "TOGETHER_API_KEY",
        "VLLM_API_KEY",
        "XAI_API_KEY",
        "ZAI_API_KEY",
    }
)


def may_name(user: User, name: str) -> bool:
    """Tell whether somebody may have a variable's value sent to a provider.

    To be asked when it is named, and again when it is used: administrators do not stay so for good.
    """
    return user.is_admin and name in KNOWN_KEY_VARIABLES


def is_set(name: str | None) -> bool:
    """Tell whether the server has a key by that name."""
    return value_of(name) is not None


def value_of(name: str | None) -> str | None:
    """Return the key that a variable of the list has; None where it is not set, or is no such variable."""
    if name is None or name not in KNOWN_KEY_VARIABLES:
        return None
    return os.environ.get(name) or None
