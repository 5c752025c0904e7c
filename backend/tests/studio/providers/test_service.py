"""What the instance offers, by its settings; and prompts, everybody's and one's own."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from src.studio.database.database import Database
from src.studio.errors import InvalidRequestError
from src.studio.providers import service as module
from src.studio.providers.service import NO_KEY, PromptTemplate, ProviderService
from tests.conftest import SettableClock
from tests.settings import settings
from tests.studio.people import add_user
from tests.studio.providers.conftest import Lists, deployment

Make = Callable[..., ProviderService]


@pytest.fixture
def make(database: Database, clock: SettableClock) -> Iterator[Make]:
    made: list[ProviderService] = []

    def service(**changes: Any) -> ProviderService:
        made.append(ProviderService(settings(studio=True, **changes), database, clock))
        return made[-1]

    yield service
    for each in made:
        each.close()


def test_the_gateway_is_offered_by_its_key_and_called_below_v1(make: Make, lists: Lists) -> None:
    lists.tell("/model/info", {"data": [deployment("gpt")]})
    service = make(litellm_base_url=f"{lists.base_url}/", studio_gateway_api_key="sk-studio")
    (provider,) = service.shared()
    assert (provider.provider_key, provider.source, provider.status) == ("gateway", "gateway", "ok")
    assert provider.models.keys() == {"gpt"}
    connection = service.connection("gateway")
    assert connection is not None
    assert (connection.base_url, connection.api_key) == (f"{lists.base_url}/v1", "sk-studio")
    assert "sk-studio" not in repr(connection)
    assert service.connection("demo") is None


def test_without_a_key_of_its_own_the_gateway_is_named_and_says_what_to_set(make: Make, lists: Lists) -> None:
    service = make(litellm_base_url=lists.base_url, litellm_api_key="sk-dashboard")
    (provider,) = service.shared()
    assert (provider.status, provider.detail, provider.models) == ("unavailable", NO_KEY, {})
    assert service.connection("gateway") is None
    assert lists.asked == []


def test_the_demo_goes_by_its_own_name(make: Make, lists: Lists) -> None:
    lists.tell("/model/info", {"data": [deployment("gpt")]})
    service = make(litellm_base_url=lists.base_url, studio_gateway_api_key="sk-demo", leaderboard_demo=True)
    assert [(found.provider_key, found.display_name) for found in service.shared()] == [("demo", "Demo models")]
    assert service.connection("demo") is not None


def test_prompts_of_ones_own_stand_beside_those_to_begin_with_and_are_nobody_elses(
    make: Make, database: Database
) -> None:
    service = make()
    ada, bob = add_user(database), add_user(database, "bob@example.org")
    mine = PromptTemplate("general", "Zero\0byte", "text \0 with a zero byte")
    service.add_prompt(ada, "mine", mine)
    assert list(service.prompts(ada)) == ["recursion", "code_generation", "creative", "qa", "mine"]
    assert service.prompts(ada)["mine"] == mine
    assert "mine" not in service.prompts(bob)
    service.add_prompt(bob, "mine", mine)


def test_a_key_is_taken_once_and_there_is_an_end_to_prompts(
    make: Make, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, ada, template = make(), add_user(database), PromptTemplate("general", "Mine", "text")
    service.add_prompt(ada, "mine", template)
    for key in ("mine", "qa"):
        with pytest.raises(InvalidRequestError, match=f"the key '{key}' already"):
            service.add_prompt(ada, key, template)
    monkeypatch.setattr(module, "MOST_PROMPTS", 1)
    with pytest.raises(InvalidRequestError, match="More than 1 prompts"):
        service.add_prompt(ada, "another", template)
