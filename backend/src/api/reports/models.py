"""`GET /tokens/models`: usage per model."""

from __future__ import annotations

from pydantic import Field

from src.api.examples import CLAUDE, GPT, usage
from src.api.fields import (
    CompletionTokens,
    Failed,
    Label,
    Meta,
    ModelName,
    Out,
    PromptTokens,
    Requests,
    Successful,
    Tokens,
    Usd,
)
from src.api.usage_report import UsageReport, largest_first
from src.services.model_usage_service import by_model


class ModelUsageOut(Out):
    """What a model was used for."""

    model: ModelName
    label: Label
    tokens: Tokens
    prompt_tokens: PromptTokens
    completion_tokens: CompletionTokens
    spend: Usd
    api_requests: Requests
    successful_requests: Successful
    failed_requests: Failed


class ModelsOut(Out):
    """`GET /tokens/models`: every model with tokens, requests or cost, most tokens first."""

    meta: Meta
    models: list[ModelUsageOut] = Field(description="Every model that was used, most tokens first.")


REPORT = UsageReport(
    name="models",
    summary="Usage per model",
    description="""Tell what each model was used for, most tokens first.

    Usage that the gateway assigns to no model is that of `(unknown)`.
    """,
    model=ModelsOut,
    group=by_model,
    needs_labels=True,
    public_order=largest_first("tokens", "model"),
    example={
        "models": [
            {**GPT, **usage(1300, 300, 0.0077, 12, 1)},
            {**CLAUDE, **usage(800, 200, 0.0054, 4, 1)},
        ]
    },
)
