"""While the gateway is down calls fail at once, with the outage's own error, until it is alive again."""

import contextlib
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import pytest

from src.client.errors import (
    GatewayError,
    GatewayForbiddenError,
    GatewayInvalidResponseError,
    GatewayRateLimitedError,
    GatewayRejectedKeyError,
    GatewayTimeoutError,
    GatewayUnavailableError,
)
from src.services.gateway_calls import CircuitBreaker

OUTAGES = [GatewayUnavailableError("It is down.", status=503), GatewayTimeoutError("It is slow.")]
OTHERS = [
    GatewayRejectedKeyError("No."),
    GatewayForbiddenError("No."),
    GatewayInvalidResponseError("What?"),
    GatewayRateLimitedError("Later.", retry_after=60),
    ValueError("a mistake"),
]


class Pulse:
    """Says whether the gateway is alive, and counts how often it was asked."""

    def __init__(self) -> None:
        self.alive = False
        self.asked = 0

    def __call__(self) -> bool:
        self.asked += 1
        return self.alive


def raising(error: Exception) -> Callable[[], Any]:
    def call() -> Any:
        raise error

    return call


def unwanted() -> None:
    raise AssertionError("the gateway was asked")


def opened(is_alive: Callable[[], bool] | None, outage: GatewayError = OUTAGES[0]) -> CircuitBreaker:
    breaker = CircuitBreaker(is_alive)
    with pytest.raises(type(outage)):
        breaker.run(raising(outage))
    return breaker


@pytest.mark.parametrize("outage", OUTAGES)
def test_an_outage_fails_the_next_calls_at_once_with_the_same_error(outage: GatewayError) -> None:
    breaker = opened(Pulse(), outage)
    assert breaker.is_open
    for _ in range(2):
        with pytest.raises(type(outage), match=str(outage)) as raised:
            breaker.run(unwanted)
        assert raised.value.status == outage.status
        assert raised.value is not outage


@pytest.mark.parametrize("error", OTHERS)
def test_what_is_no_outage_does_not_hold_up_the_next_call(error: Exception) -> None:
    pulse = Pulse()
    breaker = CircuitBreaker(pulse)
    with pytest.raises(type(error)):
        breaker.run(raising(error))
    assert not breaker.is_open
    assert breaker.run(lambda: 7) == 7
    assert pulse.asked == 0


def test_a_gateway_that_is_alive_again_is_asked_again() -> None:
    pulse = Pulse()
    breaker = opened(pulse)
    pulse.alive = True
    assert breaker.run(lambda: 7) == 7
    assert not breaker.is_open
    assert breaker.run(lambda: 8) == 8
    assert pulse.asked == 1


def test_a_gateway_that_is_alive_and_fails_again_is_down_again() -> None:
    pulse = Pulse()
    breaker = opened(pulse)
    pulse.alive = True
    with pytest.raises(GatewayTimeoutError):
        breaker.run(raising(OUTAGES[1]))
    pulse.alive = False
    with pytest.raises(GatewayTimeoutError, match="It is slow"):
        breaker.run(unwanted)


class SlowPulse(Pulse):
    """Takes its time with the first answer."""

    def __init__(self) -> None:
        super().__init__()
        self.was_asked, self.may_answer = threading.Event(), threading.Event()

    def __call__(self) -> bool:
        super().__call__()
        self.was_asked.set()
        assert self.may_answer.wait(60)
        return self.alive


@contextlib.contextmanager
def while_asking(
    breaker: CircuitBreaker, pulse: SlowPulse, call: Callable[[], Any]
) -> Generator[list[Future[Any]], None, None]:
    """Make several calls while one asks; the list has them all, and the answer comes when the block is left."""
    with ThreadPoolExecutor(6) as pool:
        made = [pool.submit(breaker.run, call)]
        assert pulse.was_asked.wait(60)
        made += [pool.submit(breaker.run, call) for _ in range(5)]
        yield made
        pulse.may_answer.set()


def test_calls_that_come_while_one_asks_whether_it_is_alive_wait_and_go_through() -> None:
    pulse = SlowPulse()
    breaker = opened(pulse)
    pulse.alive = True
    with while_asking(breaker, pulse, lambda: 7) as made:
        assert not wait(made, timeout=0.05).done
    assert [future.result(60) for future in made] == [7] * 6
    assert pulse.asked == 1


def test_calls_that_were_queued_before_the_answer_share_it() -> None:
    pulse = Pulse()
    breaker = opened(pulse)
    queued_at = breaker.refusals
    for _ in range(5):
        with pytest.raises(GatewayUnavailableError):
            breaker.run(unwanted, refusals=queued_at)
    assert pulse.asked == 1
    pulse.alive = True
    assert breaker.run(lambda: 7) == 7


def test_calls_that_were_queued_before_it_was_alive_ask_again_once_it_is_down_again() -> None:
    pulse = Pulse()
    breaker = opened(pulse)
    queued_at, pulse.alive = breaker.refusals, True
    for _ in range(2):
        with pytest.raises(GatewayTimeoutError):
            breaker.run(raising(OUTAGES[1]), refusals=queued_at)
    assert breaker.run(lambda: 7, refusals=queued_at) == 7


def test_nobody_waits_for_ever_for_another_ones_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("src.services.gateway_calls.QUESTION_SECONDS", 0.01)
    pulse = SlowPulse()
    with while_asking(opened(pulse), pulse, lambda: 7) as made:
        assert len(wait(made[1:], timeout=60).done) == 5
        assert all(isinstance(future.exception(), GatewayUnavailableError) for future in made[1:])


def test_a_question_that_goes_wrong_does_not_end_the_questions() -> None:
    pulses = iter([True])

    def is_alive() -> bool:
        return next(pulses)

    breaker = opened(is_alive)
    with pytest.raises(GatewayUnavailableError):
        breaker.run(raising(OUTAGES[0]))
    with pytest.raises(StopIteration):
        breaker.run(unwanted)
    with pytest.raises(StopIteration):
        breaker.run(unwanted)


def test_a_gateway_that_cannot_be_asked_is_never_held_back() -> None:
    assert opened(None).run(lambda: 7) == 7


@pytest.mark.parametrize("outage", OUTAGES)
@pytest.mark.parametrize("alive", [True, False])
def test_what_fails_apart_is_an_outage_only_if_nothing_else_answers(outage: GatewayError, alive: bool) -> None:
    pulse = Pulse()
    pulse.alive = alive
    breaker = CircuitBreaker(pulse)
    with pytest.raises(type(outage)):
        breaker.run(raising(outage), apart=True)
    assert breaker.is_open is not alive
    assert pulse.asked == 1


@pytest.mark.parametrize(("outage", "is_open"), [(OUTAGES[0], True), (OUTAGES[1], False)])
def test_what_takes_too_long_while_others_are_answered_is_no_outage(outage: GatewayError, is_open: bool) -> None:
    breaker = CircuitBreaker(Pulse())

    def take_long() -> None:
        breaker.run(lambda: None)
        raise outage

    with pytest.raises(type(outage)):
        breaker.run(take_long, apart=True)
    assert breaker.is_open is is_open


def test_without_a_way_to_ask_what_fails_apart_is_an_outage() -> None:
    breaker = CircuitBreaker(None)
    with pytest.raises(GatewayUnavailableError):
        breaker.run(raising(OUTAGES[0]), apart=True)
    assert breaker.is_open
