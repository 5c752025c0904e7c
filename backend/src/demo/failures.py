"""The ways in which a request to the demo gateway fails."""

from typing import NamedTuple


class Failure(NamedTuple):
    """One kind of failed request, as LiteLLM's error information names it; `ms` is the least that it takes.

    With `known_model` false the gateway has nothing by the name asked for, so that the request counts for its
    team but for no model.
    """

    code: str
    error_class: str
    message: str
    ms: int
    known_model: bool = True


RATE_LIMITED = Failure("429", "RateLimitError", "Too many requests for this deployment; try again later.", 90)
TOO_LONG = Failure(
    "400", "ContextWindowExceededError", "The prompt is longer than the model's context window.", 240
)
TIMED_OUT = Failure("408", "Timeout", "No answer from the model in time.", 30_000)
UNAVAILABLE = Failure("503", "ServiceUnavailableError", "The model is overloaded at the moment.", 700)
UNKNOWN_NAME = Failure("400", "BadRequestError", "There is no model of that name.", 12, known_model=False)

EVERYDAY = {RATE_LIMITED: 3, TOO_LONG: 3, TIMED_OUT: 2, UNAVAILABLE: 2}
HAMMERING = {RATE_LIMITED: 17, TOO_LONG: 1, UNKNOWN_NAME: 2}
