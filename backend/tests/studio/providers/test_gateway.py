"""The gateway is asked once for all who want to know its models, and seldom."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from src.studio.providers import gateway as module
from src.studio.providers.gateway import FRESH_SECONDS, RETRY_SECONDS, GatewayModels
from tests.studio.providers.conftest import Lists, deployment

KEY = "sk-studio-1"


class Seconds:
    """A clock that stands still."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def models(lists: Lists, seconds: Seconds) -> Iterator[GatewayModels]:
    opened = GatewayModels(lists.base_url, KEY, seconds)
    yield opened
    opened.close()


def test_models_are_asked_for_with_studios_key_and_kept_for_a_minute(
    lists: Lists, models: GatewayModels, seconds: Seconds
) -> None:
    lists.tell("/model/info", {"data": [deployment("gpt")]})
    assert models.offer().models.keys() == {"gpt"}
    seconds.now += FRESH_SECONDS - 1
    models.offer()
    assert lists.asked == [("/model/info", f"Bearer {KEY}")]
    lists.tell("/model/info", {"data": [deployment("gpt"), deployment("new")]})
    seconds.now += 1
    assert models.offer().models.keys() == {"gpt", "new"}


def test_all_who_ask_at_once_wait_for_one_answer(lists: Lists, models: GatewayModels) -> None:
    lists.tell("/model/info", {"data": [deployment("gpt")]})
    lists.may_answer.clear()
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(models.offer) for _ in range(8)]
        time.sleep(0.1)
        lists.may_answer.set()
        assert {tuple(offer.result().models) for offer in asked} == {("gpt",)}
    assert len(lists.asked) == 1


def test_nobody_waits_while_what_is_known_is_renewed(
    lists: Lists, models: GatewayModels, seconds: Seconds
) -> None:
    lists.tell("/model/info", {"data": [deployment("gpt")]})
    models.offer()
    seconds.now += FRESH_SECONDS
    lists.may_answer.clear()
    renewing = threading.Thread(target=models.offer)
    renewing.start()
    while len(lists.asked) < 2:
        time.sleep(0.01)
    assert models.offer().models.keys() == {"gpt"}
    lists.may_answer.set()
    renewing.join()


def test_a_server_without_model_info_is_asked_for_names(lists: Lists, models: GatewayModels) -> None:
    lists.tell("/v1/models", {"data": [{"id": "gpt"}]})
    assert models.offer().models.keys() == {"gpt"}
    assert models.offer().detail is None


def test_what_was_offered_last_stays_with_a_reason_while_the_gateway_is_away(
    lists: Lists, models: GatewayModels, seconds: Seconds
) -> None:
    lists.tell("/model/info", {"data": [deployment("gpt")]})
    models.offer()
    lists.answers.clear()
    seconds.now += FRESH_SECONDS
    offer = models.offer()
    assert offer.models.keys() == {"gpt"}
    assert offer.detail == "The gateway answered with status 404 when it was asked for its models."
    asked = len(lists.asked)
    seconds.now += RETRY_SECONDS - 0.1
    models.offer()
    assert len(lists.asked) == asked
    seconds.now += 0.1
    lists.tell("/model/info", {"data": [deployment("gpt")]})
    assert models.offer().detail is None


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (401, b"{}", "The gateway refuses STUDIO_GATEWAY_API_KEY."),
        (403, b"{}", "The gateway refuses STUDIO_GATEWAY_API_KEY."),
        (500, b"sk-secret", "The gateway answered with status 500 when it was asked for its models."),
        (302, b"", "The gateway answered with status 302 when it was asked for its models."),
        (200, b"<html>", "The gateway's list of models cannot be read."),
        (200, b"[" * 100_000, "The gateway's list of models cannot be read."),
    ],
)
def test_what_is_no_answer_is_a_sentence(
    lists: Lists, models: GatewayModels, status: int, body: bytes, sentence: str
) -> None:
    lists.answers = {"/model/info": (status, body), "/v1/models": (status, body)}
    assert models.offer().detail == sentence
    assert models.offer().models == {}


def test_a_list_without_end_is_not_read_to_its_end(
    lists: Lists, models: GatewayModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 1000)
    lists.tell("/v1/models", {"data": [{"id": "x" * 100}] * 20})
    assert models.offer().detail == "The gateway's list of models is too long."


def test_a_gateway_that_is_not_there_names_no_address(caplog: pytest.LogCaptureFixture) -> None:
    models = GatewayModels("http://127.0.0.1:1", KEY)
    assert models.offer().detail == "The gateway cannot be reached."
    assert "127.0.0.1" not in caplog.text
    assert KEY not in caplog.text
