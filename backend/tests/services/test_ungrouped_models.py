"""Usage without a public model name is exact also where a release leaves it out of its groups."""

import pytest

from src.utils.dependency_config import Gateway
from tests.days import MONDAY, WEDNESDAY, day, used
from tests.fake_gateway.faults import Request
from tests.fake_gateway.server import FakeGateway
from tests.services.usage_of import fetch, prompt_tokens


@pytest.fixture(autouse=True)
def _old_release(gateway: FakeGateway) -> None:
    gateway.knows.old = True
    gateway.knows.rows = [
        used("red", "k", "smart", 1, date=WEDNESDAY, provider_model="openai/gpt-5"),
        used("red", "k", None, 2, date=WEDNESDAY, provider_model="openai/gpt-5"),
        used("red", "k", None, 4, date=WEDNESDAY, provider_model="text-embedding"),
        used("blue", "k2", "smart", 8, date=WEDNESDAY, provider_model="openai/gpt-5"),
        used("blue", "k2", None, 16, date=WEDNESDAY),
    ]


EXACT = {
    ("red", "k", "smart"): 1,
    ("red", "k", "openai/gpt-5"): 2,
    ("red", "k", "text-embedding"): 4,
    ("blue", "k2", "smart"): 8,
    ("blue", "k2", None): 16,
}


def models_asked_for(gateway: FakeGateway) -> set[str | None]:
    return {request.query.get("model") for request in gateway.requests}


def test_it_stands_under_the_providers_name(services: Gateway) -> None:
    assert prompt_tokens(fetch(services)) == EXACT


def test_only_models_that_may_lack_a_name_are_asked_for(gateway: FakeGateway, services: Gateway) -> None:
    gateway.knows.rows.append(used("blue", "k2", "other", 32, date=WEDNESDAY, provider_model="anthropic/claude"))
    fetch(services)
    assert models_asked_for(gateway) == {None, "openai/gpt-5", "text-embedding"}


def test_where_nothing_is_left_out_no_model_is_asked_for(gateway: FakeGateway, services: Gateway) -> None:
    gateway.knows.old = False
    assert prompt_tokens(fetch(services)) == EXACT
    assert models_asked_for(gateway) == {None}


def test_keys_that_teams_share_are_exact_too(gateway: FakeGateway, services: Gateway) -> None:
    gateway.knows.rows += [
        used("blue", "k", None, 64, date=WEDNESDAY, provider_model="text-embedding"),
        used(None, "k", None, 128, date=WEDNESDAY, provider_model="text-embedding"),
    ]
    expected = {**EXACT, ("blue", "k", "text-embedding"): 64, (None, "k", "text-embedding"): 128}
    assert prompt_tokens(fetch(services)) == expected


def test_usage_that_comes_in_between_never_becomes_a_wrong_figure(gateway: FakeGateway, services: Gateway) -> None:
    gateway.knows.rows.append(used("red", "k", "smart", 256, date=MONDAY))

    def grow(request: Request) -> None:
        if request.query.get("model") == "openai/gpt-5":
            gateway.knows.rows.append(gateway.knows.rows[1])

    gateway.on_request = grow
    usage = fetch(services)
    assert usage.missing_days == [day(WEDNESDAY)]
    assert prompt_tokens(usage) == {("red", "k", "smart"): 256}
    gateway.on_request = lambda request: None
    found = prompt_tokens(fetch(services))
    assert found["red", "k", "openai/gpt-5"] == sum(row.prompt for row in gateway.knows.rows if row.prompt == 2)
