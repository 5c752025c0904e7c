"""Labels of models are short where that is unique; without the gateway's help models keep their own names."""

import asyncio
import datetime as dt
import threading
import time
from collections.abc import Iterator

import pytest

from src.client.errors import GatewayTimeoutError
from src.client.models import ModelInfoResponse
from src.services.gateway_calls import GatewayCalls
from src.services.model_mapping_service import ANSWERING, ModelMappingService, labels
from src.services.refreshed import Lifetime
from src.utils.dependency_config import Gateway
from tests.conftest import SettableClock
from tests.fake_gateway.server import FakeGateway

pytestmark = pytest.mark.usefixtures("pauses")


TTL = dt.timedelta(seconds=60)


class Deployments:
    """A gateway of which nothing but its deployments is asked; it tells them when it may."""

    def __init__(self) -> None:
        self.may_answer = threading.Event()
        self.asked = 0
        self.error: Exception | None = None

    def fetch_model_info(self) -> ModelInfoResponse:
        self.asked += 1
        assert self.may_answer.wait(60)
        if self.error is not None:
            raise self.error
        return ModelInfoResponse.model_validate({"data": [{"model_name": "a/gpt"}]})


@pytest.fixture
def deployments() -> Deployments:
    return Deployments()


@pytest.fixture
def calls(clock: SettableClock, deployments: Deployments) -> Iterator[GatewayCalls]:
    made = GatewayCalls(1, clock)
    yield made
    deployments.may_answer.set()
    made.close(wait=True)


@pytest.fixture
def models(deployments: Deployments, calls: GatewayCalls, clock: SettableClock) -> ModelMappingService:
    return ModelMappingService(deployments, calls, Lifetime(TTL, clock))  # ty: ignore[invalid-argument-type]


def ask(models: ModelMappingService) -> str:
    return asyncio.run(models.get_display_name("a/gpt"))


def let_answer(models: ModelMappingService, deployments: Deployments) -> None:
    """Let the reading that is under way come to its end, and what follows it."""
    over = threading.Event()
    models._labels.start(lambda: True).add_done_callback(lambda _: over.set())
    deployments.may_answer.set()
    assert over.wait(60)


def label(services: Gateway, model: str) -> str:
    return asyncio.run(services.models.get_display_name(model))


@pytest.mark.parametrize(
    ("names", "model", "expected"),
    [
        (["Workshop/Anthropic/claude"], "Workshop/Anthropic/claude", "claude"),
        (["gpt"], "gpt", "gpt"),
        (["a/gpt", "b/gpt"], "a/gpt", "a/gpt"),
        (["a/gpt", "gpt"], "gpt", "gpt"),
        (["a/gpt", "gpt"], "a/gpt", "a/gpt"),
        (["a/"], "a/", "a/"),
        (["a/gpt", "a/gpt"], "a/gpt", "gpt"),
    ],
)
def test_a_label_is_the_last_part_of_a_name_where_that_is_unique(
    names: list[str], model: str, expected: str
) -> None:
    assert labels(names, {}).get(model, model) == expected


def test_a_providers_model_has_the_label_of_its_public_name(gateway: FakeGateway, services: Gateway) -> None:
    gateway.knows.deployments = [("Workshop/smart", "openai/gpt-5-2026-01-01"), ("Workshop/smart", "azure/gpt-5")]
    assert label(services, "openai/gpt-5-2026-01-01") == "smart"
    assert label(services, "azure/gpt-5") == "smart"
    assert label(services, "Workshop/smart") == "smart"


def test_a_model_that_the_gateway_does_not_list_keeps_its_name(services: Gateway) -> None:
    assert label(services, "some/model") == "some/model"


@pytest.mark.parametrize("status", [401, 403, 404, 500, 503])
def test_without_the_gateways_help_models_keep_their_names(
    gateway: FakeGateway, services: Gateway, status: int
) -> None:
    gateway.fail(status, path="/model/info")
    assert label(services, "some/model") == "some/model"


def test_labels_are_read_once_a_minute(gateway: FakeGateway, services: Gateway, clock: SettableClock) -> None:
    for _ in range(3):
        label(services, "gpt")
    assert gateway.paths == ["/model/info"]
    clock.move(seconds=60)
    label(services, "gpt")
    assert gateway.paths == ["/model/info"] * 2


def test_deployments_without_a_name_do_no_harm(gateway: FakeGateway, services: Gateway) -> None:
    gateway.fail(body={"data": [{"model_name": None}, {"model_name": "a/b", "litellm_params": {"model": None}}]})
    assert label(services, "a/b") == "b"


@pytest.mark.usefixtures("impatient")
def test_labels_are_waited_for_a_moment_once(models: ModelMappingService, deployments: Deployments) -> None:
    started = time.monotonic()
    assert [ask(models) for _ in range(20)] == ["a/gpt"] * 20
    assert time.monotonic() - started < 20 * 0.25
    assert deployments.asked == 1
    let_answer(models, deployments)
    assert ask(models) == "gpt"
    assert deployments.asked == 1


@pytest.mark.usefixtures("impatient")
def test_an_answer_without_labels_that_are_on_their_way_is_not_good_for_later(
    models: ModelMappingService, deployments: Deployments, clock: SettableClock
) -> None:
    read_at = clock.now
    ask(models)
    assert models.expires_at is None
    let_answer(models, deployments)
    assert models.expires_at is None  # an answer may still be being made without them
    clock.move(seconds=ANSWERING.total_seconds())
    assert ask(models) == "gpt"
    assert models.expires_at == read_at + TTL


@pytest.mark.usefixtures("impatient")
def test_a_gateway_that_hangs_until_it_fails_is_left_alone_for_the_labels_lifetime_after_that(
    models: ModelMappingService, deployments: Deployments, clock: SettableClock
) -> None:
    deployments.error = GatewayTimeoutError("Slow.")
    ask(models)
    clock.move(seconds=60)  # the timeout for reading is as long as the lifetime
    let_answer(models, deployments)
    failed_at = clock.now
    clock.move(seconds=59)
    deployments.may_answer.clear()
    ask(models)
    assert deployments.asked == 1
    assert models.expires_at == failed_at + TTL
    deployments.error = None
    deployments.may_answer.set()
    clock.move(seconds=1)
    assert ask(models) == "gpt"
    assert deployments.asked == 2


def test_labels_that_were_read_once_outlast_a_failure(
    models: ModelMappingService, deployments: Deployments, clock: SettableClock
) -> None:
    deployments.may_answer.set()
    ask(models)
    deployments.error = GatewayTimeoutError("Slow.")
    clock.move(hours=1)
    assert [ask(models) for _ in range(2)] == ["gpt"] * 2
