"""What a fake gateway knows: rows of daily usage and single requests, as LiteLLM's two tables hold them."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class UsageRow:
    """A day's usage of a model by a team through a key. `model` is the public name; None where there is none."""

    date: str
    team_id: str | None
    api_key: str
    model: str | None = "gpt"
    prompt: int = 0
    completion: int = 0
    spend: float = 0.0
    requests: int = 1
    failed: int = 0
    cache_read: int = 0
    cache_creation: int = 0
    key_alias: str | None = None
    provider_model: str | None = None
    flat_cost: float = 0.0
    tool: str | None = None

    @property
    def is_flat(self) -> bool:
        """Whether it is the cost of provisioned capacity, which LiteLLM books on a key that it lists nowhere."""
        return self.api_key == "__ptu_flat_cost__"

    @property
    def group(self) -> str | None:
        """The name that the usage is shown under: the public one, the provider's where there is none."""
        return self.model or self.provider_model

    @property
    def metrics(self) -> dict[str, float]:
        """The counters under LiteLLM's names, some of those included that the dashboard does not use."""
        return {
            "spend": self.spend,
            "flat_cost": self.flat_cost,
            "prompt_tokens": self.prompt,
            "completion_tokens": self.completion,
            "cache_read_input_tokens": self.cache_read,
            "cache_creation_input_tokens": self.cache_creation,
            "total_tokens": self.prompt + self.completion,
            "api_requests": self.requests,
            "successful_requests": self.requests - self.failed,
            "failed_requests": self.failed,
        }


@dataclass(frozen=True)
class LogRow:
    """One request. `start` is `YYYY-MM-DDTHH:MM:SS[.ffffff]`, UTC."""

    request_id: str
    start: str
    team_id: str | None = None
    prompt: int = 0
    completion: int = 0
    spend: float = 0.0
    status: str = "success"

    @property
    def moment(self) -> dt.datetime:
        """When the request started, UTC."""
        return dt.datetime.fromisoformat(self.start).replace(tzinfo=dt.UTC)

    @property
    def json(self) -> dict[str, object]:
        """The row as LiteLLM lists it."""
        return {
            "request_id": self.request_id,
            "startTime": self.moment.isoformat(),
            "team_id": self.team_id,
            "prompt_tokens": self.prompt,
            "completion_tokens": self.completion,
            "total_tokens": self.prompt + self.completion,
            "spend": self.spend,
            "status": self.status,
        }
