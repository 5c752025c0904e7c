"""Which failures are tried again, and after how long."""

import random

import pytest

from src.studio.exchange.retrying import LONGEST_ASKED_WAIT_SECONDS, is_transient, wait_seconds
from src.studio.llm.answer import Answer
from src.studio.llm.failures import Failure


def failed(kind: str, *, status: int | None = None, sent: bool = True, retry_after: float | None = None) -> Answer:
    answer = Answer(http_status=status, sent_ns=1 if sent else None, retry_after_seconds=retry_after)
    answer.fail(Failure(kind, "So."))
    return answer


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 529])
def test_statuses_of_a_busy_or_failing_provider_are_transient(status: int) -> None:
    assert is_transient(failed(f"http_{status}", status=status))


@pytest.mark.parametrize("status", [302, 400, 401, 402, 403, 404, 408, 413, 422, 501])
def test_other_statuses_are_not(status: int) -> None:
    assert not is_transient(failed(f"http_{status}", status=status))


@pytest.mark.parametrize("kind", ["connection", "truncated", "in_stream"])
def test_what_broke_off_is_transient_once_the_request_had_left(kind: str) -> None:
    assert is_transient(failed(kind))
    assert not is_transient(failed(kind, sent=False))


@pytest.mark.parametrize("kind", ["egress_refused", "sdk", "invalid_stream", "too_large"])
def test_what_would_be_the_same_again_is_not(kind: str) -> None:
    assert not is_transient(failed(kind))


def test_neither_is_a_success_nor_a_timeout() -> None:
    late = Answer()
    late.fail(Failure("timeout", "There was no answer."), "timeout")
    assert not is_transient(Answer(status="success"))
    assert not is_transient(late)


def waits(answer: Answer) -> list[float | None]:
    rng = random.Random(3)  # noqa: S311 - jitter
    return [wait_seconds(answer, tries, rng) for tries in (1, 2, 3, 4)]


def test_waits_double_and_end_after_four_tries() -> None:
    *found, last = waits(failed("http_500", status=500))
    assert last is None
    for wait, least in zip(found, (0.5, 1, 2), strict=True):
        assert wait is not None
        assert least <= wait <= least * 1.25
    assert len({(wait or 0) / least for wait, least in zip(found, (0.5, 1, 2), strict=True)}) == 3


def test_the_provider_s_own_wish_is_kept_to() -> None:
    first, *_ = waits(failed("http_429", status=429, retry_after=7))
    assert first is not None
    assert 7 <= first <= 7 * 1.25
    brief, *_ = waits(failed("http_429", status=429, retry_after=0))
    assert brief is not None
    assert brief >= 0.5


def test_a_wish_that_is_too_long_is_not_waited_for() -> None:
    assert waits(failed("http_429", status=429, retry_after=LONGEST_ASKED_WAIT_SECONDS + 1))[0] is None
