"""What the demo gateway routes to: its deployments, their public names and their prices."""

import hashlib
from typing import NamedTuple


class Price(NamedTuple):
    """Prices in nano-USD per token; integers, so that any order of adding them up gives the same sum."""

    prompt: int
    completion: int
    cache_read: int = 0
    cache_creation: int = 0


class Deployment(NamedTuple):
    """One model behind the gateway; several may share a `public_name`, as LiteLLM balances between them."""

    public_name: str
    model: str
    provider: str
    price: Price
    ms_per_token: int
    max_input_tokens: int
    max_output_tokens: int = 0
    mode: str = "chat"

    @property
    def model_id(self) -> str:
        """The deployment's id: 64 hexadecimal digits."""
        return hashlib.sha256(f"leaderboard demo: deployment {self.model}".encode()).hexdigest()


FREE = Price(0, 0)

DEPLOYMENTS = (
    Deployment("gpt-5.2", "openai/gpt-5.2", "openai", Price(1750, 14000, 175), 14, 272_000, 128_000),
    Deployment("gpt-5.2", "azure/gpt-5.2-eu", "azure", Price(1750, 14000, 175), 17, 272_000, 128_000),
    Deployment("gpt-4.1-mini", "openai/gpt-4.1-mini", "openai", Price(400, 1600, 100), 8, 1_047_576, 32_768),
    Deployment(
        "claude-opus-4-6",
        "anthropic/claude-opus-4-6",
        "anthropic",
        Price(5000, 25000, 500, 6250),
        19,
        1_000_000,
        128_000,
    ),
    Deployment(
        "claude-haiku-4-5",
        "anthropic/claude-haiku-4-5",
        "anthropic",
        Price(1000, 5000, 100, 1250),
        9,
        200_000,
        64_000,
    ),
    Deployment("gemini-3-flash", "gemini/gemini-3-flash", "gemini", Price(500, 3000, 50), 6, 1_048_576, 65_536),
    Deployment("qwen3-coder", "hosted_vllm/qwen3-coder", "hosted_vllm", FREE, 24, 262_144, 65_536),
    Deployment(
        "text-embedding-3-large",
        "openai/text-embedding-3-large",
        "openai",
        Price(130, 0),
        0,
        8_191,
        mode="embedding",
    ),
)

EMBEDDING = "text-embedding-3-large"


def indices_by_name() -> dict[str, list[int]]:
    """Public name → positions of its deployments in `DEPLOYMENTS`."""
    found: dict[str, list[int]] = {}
    for index, deployment in enumerate(DEPLOYMENTS):
        found.setdefault(deployment.public_name, []).append(index)
    return found
