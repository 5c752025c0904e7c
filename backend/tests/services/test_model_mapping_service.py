"""Labels of models are short where that is unique; without the gateway's help models keep their own names."""

import asyncio

import pytest

from src.services.model_mapping_service import labels
from src.utils.dependency_config import Gateway
from tests.conftest import SettableClock
from tests.fake_gateway.server import FakeGateway

pytestmark = pytest.mark.usefixtures("pauses")


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
