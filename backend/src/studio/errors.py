"""The kinds of errors that Studio answers with, and what each is answered as."""

from __future__ import annotations

from src.core.errors import ErrorTable, ForbiddenOriginError, KnownError, Problem
from src.studio.llm.egress import EgressRefusedError


class InvalidRequestError(KnownError):
    """What is asked for is understood, and cannot be done."""

    problem = Problem(400, "invalid_request")


class ForbiddenError(KnownError):
    """Whoever asks is known, and may not."""

    problem = Problem(403, "forbidden")


class NotFoundError(KnownError):
    """It is not there, or somebody else's: nobody is told which."""

    problem = Problem(404, "not_found")


class ConflictError(KnownError):
    """It is there already."""

    problem = Problem(409, "conflict")


class InvalidFieldError(KnownError):
    """A field has the right form and a value that it may not have."""

    problem = Problem(422, "invalid_parameter")


class TooManyRequestsError(KnownError):
    """A limit is reached; `retry_after` is in seconds."""

    problem = Problem(429, "too_many_requests")

    def __init__(self, sentence: str, retry_after: float) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class VaultError(KnownError):
    """A key cannot be kept, or read: the vault's own key is not there, or what is kept was changed."""

    problem = Problem(503, "vault_unavailable")


class ProviderAnswerError(KnownError):
    """A provider did not answer as asked. `status` is that of its answer, None where there was none to be read."""

    problem = Problem(502, "provider_failed")

    def __init__(self, sentence: str, status: int | None = None) -> None:
        super().__init__(sentence)
        self.status = status


class McpServerError(KnownError):
    """An MCP server did not tell its tools."""

    problem = Problem(502, "mcp_failed")


class McpTimeoutError(KnownError):
    """An MCP server took too long to tell its tools."""

    problem = Problem(504, "mcp_timeout")


class StorageError(KnownError):
    """The database cannot do its work."""

    problem = Problem(503, "storage_unavailable")


STUDIO_ERRORS = ErrorTable(
    [
        InvalidRequestError,
        EgressRefusedError,
        ForbiddenError,
        ForbiddenOriginError,
        NotFoundError,
        ConflictError,
        InvalidFieldError,
        TooManyRequestsError,
        VaultError,
        McpServerError,
        McpTimeoutError,
        ProviderAnswerError,
        StorageError,
    ]
)
