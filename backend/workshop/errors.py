"""What stops the issuing of a key, each with a sentence that a person can act on."""


class WorkshopError(Exception):
    """Stops the program; its text is one line for the terminal."""


class UsageError(WorkshopError):
    """An argument or an environment variable is missing or malformed."""


class GatewayError(WorkshopError):
    """The gateway refused a call or could not be reached."""

    def __init__(self, message: str, status: int | None = None, kind: str = "") -> None:
        super().__init__(message)
        self.status = status  # None without an answer
        self.kind = kind  # LiteLLM's own name for the error, "" where it gives none


class NotFoundError(GatewayError):
    """LiteLLM itself says that a user does not exist; other 404s are plain gateway errors."""
