"""Errors on their way to a client: each kind carries its status and code, and its message is for a person."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from src.core.redaction import place_of, redact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

logger = logging.getLogger(__name__)

SERVER_SIDE = 500


@dataclass(frozen=True, slots=True)
class Problem:
    """How an error is answered. `detail` None: the error's own message, which is written for people."""

    status: int
    code: str
    detail: str | None = None


class KnownError(Exception):
    """A kind of error that says itself how it is answered."""

    problem: ClassVar[Problem]


class InvalidRangeError(KnownError):
    """The range cannot be asked for."""

    problem = Problem(400, "invalid_range")


class InvalidParameterError(KnownError):
    """A parameter is not one of the values it may have."""

    problem = Problem(400, "invalid_parameter")


class UnauthorizedError(KnownError):
    """The dashboard's own token is missing or wrong."""

    problem = Problem(401, "unauthorized")


class ForbiddenOriginError(KnownError):
    """A page that may not read what is answered opens a socket."""

    problem = Problem(403, "forbidden_origin")


class AddressTooLongError(KnownError):
    """The request's path and query are longer than they may be."""

    problem = Problem(414, "address_too_long")


class MisdirectedError(KnownError):
    """The request came by a name that the server does not go by."""

    problem = Problem(421, "misdirected")


class HeadersTooLongError(KnownError):
    """The request's headers are longer than they may be."""

    problem = Problem(431, "headers_too_long")


class ConfigurationError(Exception):
    """A setting is missing or malformed. The message is one line that names it."""


class EndpointError(Exception):
    """An error on its way to the client, already looked up in the table."""

    def __init__(self, problem: Problem, *, retry_after: float | None = None) -> None:
        super().__init__(problem.detail)
        self.problem, self.retry_after = problem, retry_after


INTERNAL_ERROR = Problem(
    500, "internal_error", "Something went wrong in the dashboard. Quote the request id when you report it."
)


class ErrorTable:
    """From kinds of errors to how they are answered: what core knows, and what each domain does.

    A kind that carries its `problem` is answered by that; another error as the nearest class that it is one of and
    that is there, else as an `INTERNAL_ERROR`. Iterating gives pairs of a kind and its `Problem`, and adding
    tables makes one of them.
    """

    def __init__(
        self, kinds: Iterable[type[KnownError]] = (), others: Mapping[type[Exception], Problem] | None = None
    ) -> None:
        """Take kinds that carry their `problem`, and `others`, which are nobody's own, with theirs."""
        own: dict[type[Exception], Problem] = {kind: kind.problem for kind in kinds}
        self._problems = own | dict(others or {})

    def __add__(self, other: ErrorTable) -> ErrorTable:
        return ErrorTable(others=self._problems | other._problems)

    def __iter__(self) -> Iterator[tuple[type[Exception], Problem]]:
        yield from self._problems.items()
        yield Exception, INTERNAL_ERROR

    def problem_of(self, error: Exception) -> Problem:
        """Tell how `error` is answered."""
        if isinstance(error, KnownError):
            return error.problem
        kinds = (kind for kind in type(error).__mro__ if issubclass(kind, Exception))
        return next((self._problems[kind] for kind in kinds if kind in self._problems), INTERNAL_ERROR)

    def answer_to(self, error: Exception) -> EndpointError:
        """Return what the client is told of `error`, and log it where it is not the client's own."""
        if isinstance(error, EndpointError):
            return error
        problem = self.problem_of(error)
        detail = problem.detail or redact(str(error))
        if problem.status >= SERVER_SIDE:
            logger.warning("%s: %s", problem.code, place_of(error))
        told = Problem(problem.status, problem.code, detail)
        return EndpointError(told, retry_after=getattr(error, "retry_after", None))


CORE_ERRORS = ErrorTable(
    [
        InvalidRangeError,
        InvalidParameterError,
        UnauthorizedError,
        AddressTooLongError,
        MisdirectedError,
        HeadersTooLongError,
    ]
)
