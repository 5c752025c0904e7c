"""What the instance offers, by its settings; and prompts, everybody's and one's own."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from src.studio.accounts.service import AccountService, Caller
from src.studio.accounts.tables import users
from src.studio.accounts.user import User
from src.studio.database.database import Database
from src.studio.errors import InvalidRequestError, VaultError
from src.studio.providers import service as module
from src.studio.providers.kept import KeptProvider
from src.studio.providers.service import NO_KEY, PromptTemplate, ProviderService
from src.studio.vault.service import VaultService
from tests.conftest import SettableClock
from tests.settings import settings
from tests.studio.people import add_user
from tests.studio.providers.conftest import Lists, deployment

CALLER = Caller("127.0.0.1")

Make = Callable[..., ProviderService]


@pytest.fixture
def make(database: Database, clock: SettableClock, tmp_path: Path) -> Iterator[Make]:
    made: list[ProviderService] = []

    def service(**changes: Any) -> ProviderService:
        told = settings(studio=True, studio_database_url=f"sqlite:///{tmp_path}/beside.db", **changes)
        accounts, vault = AccountService(told, clock, database), VaultService(told, database, clock)
        made.append(ProviderService(told, database, clock, accounts, vault))
        return made[-1]

    yield service
    for each in made:
        each.close()


@pytest.fixture
def ada(database: Database) -> User:
    return add_user(database)


def test_the_gateway_is_offered_by_its_key_and_called_below_v1(make: Make, lists: Lists, ada: User) -> None:
    lists.tell("/model/info", {"data": [deployment("gpt")]})
    service = make(litellm_base_url=f"{lists.base_url}/", studio_gateway_api_key="sk-studio")
    (provider,) = service.shared(ada)
    assert (provider.provider_key, provider.source, provider.status) == ("gateway", "gateway", "ok")
    assert provider.models.keys() == {"gpt"}
    connection = service.connection(ada.id, "gateway")
    assert connection is not None
    assert (connection.base_url, connection.api_key) == (f"{lists.base_url}/v1", "sk-studio")
    assert "sk-studio" not in repr(connection)
    assert service.connection(ada.id, "demo") is None


def test_without_a_key_of_its_own_the_gateway_is_named_and_says_what_to_set(
    make: Make, lists: Lists, ada: User
) -> None:
    service = make(litellm_base_url=lists.base_url, litellm_api_key="sk-dashboard")
    (provider,) = service.shared(ada)
    assert (provider.status, provider.detail, provider.models) == ("unavailable", NO_KEY, {})
    assert service.connection(ada.id, "gateway") is None
    assert lists.asked == []


def test_the_demo_goes_by_its_own_name(make: Make, lists: Lists, ada: User) -> None:
    lists.tell("/model/info", {"data": [deployment("gpt")]})
    service = make(litellm_base_url=lists.base_url, studio_gateway_api_key="sk-demo", leaderboard_demo=True)
    assert [(found.provider_key, found.display_name) for found in service.shared(ada)] == [("demo", "Demo models")]
    assert service.connection(ada.id, "demo") is not None


def test_prompts_of_ones_own_stand_beside_those_to_begin_with_and_are_nobody_elses(
    make: Make, database: Database, ada: User
) -> None:
    service = make()
    bob = add_user(database, "bob@example.org")
    mine = PromptTemplate("general", "Zero\0byte", "text \0 with a zero byte")
    service.add_prompt(ada, "mine", mine)
    assert list(service.prompts(ada)) == ["recursion", "code_generation", "creative", "qa", "mine"]
    assert service.prompts(ada)["mine"] == mine
    assert "mine" not in service.prompts(bob)
    service.add_prompt(bob, "mine", mine)


def test_a_key_is_taken_once_and_there_is_an_end_to_prompts(
    make: Make, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, template = make(), PromptTemplate("general", "Mine", "text")
    service.add_prompt(ada, "mine", template)
    for key in ("mine", "qa"):
        with pytest.raises(InvalidRequestError, match=f"the key '{key}' already"):
            service.add_prompt(ada, key, template)
    monkeypatch.setattr(module, "MOST_PROMPTS", 1)
    with pytest.raises(InvalidRequestError, match="More than 1 prompts"):
        service.add_prompt(ada, "another", template)


def test_a_virtual_key_of_ones_own_is_used_in_the_place_of_the_operators_and_asked_for_by_itself(
    make: Make, lists: Lists, database: Database, ada: User
) -> None:
    bob = add_user(database, "bob@example.org")
    lists.tell("/model/info", {"data": [deployment("gpt", input_cost_per_token=1e-6, output_cost_per_token=2e-6)]})
    service = make(litellm_base_url=lists.base_url)
    service._vault.put(ada, "gateway", "sk-virtual-of-ada", caller=CALLER)
    (provider,) = service.shared(ada)
    model = provider.models["gpt"]
    assert (model.price_source, str(model.price_at)) == ("gateway", "2026-11-20")
    assert (service.shared(bob)[0].detail, service.shared(bob)[0].models) == (NO_KEY, {})
    connection = service.connection(ada.id, "gateway")
    assert connection is not None
    assert (connection.api_key, connection.guarded, connection.takes_tags) == ("sk-virtual-of-ada", False, True)
    assert service.connection(bob.id, "gateway") is None
    service._vault.put(bob, "gateway", "sk-virtual-of-bob", caller=CALLER)
    lists.tell("/model/info", {"data": [deployment("small")]})
    assert (list(service.shared(bob)[0].models), list(service.shared(ada)[0].models)) == (["small"], ["gpt"])
    assert lists.asked == [("/model/info", f"Bearer sk-virtual-of-{name}") for name in ("ada", "bob")]


def test_a_virtual_key_that_is_refused_is_called_ones_own(make: Make, lists: Lists, ada: User) -> None:
    lists.tell("/model/info", {}, 401)
    lists.tell("/v1/models", {}, 401)
    service = make(litellm_base_url=lists.base_url, studio_gateway_api_key="sk-studio")
    assert service.shared(ada)[0].detail == "The gateway refuses STUDIO_GATEWAY_API_KEY."
    service._vault.put(ada, "gateway", "sk-virtual", caller=CALLER)
    assert service.shared(ada)[0].detail == "The gateway refuses your key."


def test_a_variable_is_used_as_long_as_its_owner_administrates(
    make: Make, database: Database, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-operator")
    service = make()
    with database.writing() as connection:
        connection.execute(users.update().values(role="admin"))
    admin = replace(ada, role="admin")
    service.own.add(admin, KeptProvider("openai", "OpenAI", api_key_env="OPENAI_API_KEY"), None, CALLER)

    def key() -> str | None:
        connection = service.connection(ada.id, "openai")
        assert connection is not None
        assert (connection.base_url, connection.guarded) == ("https://api.openai.com/v1", True)
        return connection.api_key

    assert key() == "sk-of-the-operator"
    with database.writing() as connection:
        connection.execute(users.update().values(role="user"))
    assert key() is None
    service._vault.put(ada, "openai", "sk-of-her-own", caller=CALLER)
    assert key() == "sk-of-her-own"


def test_a_key_that_cannot_be_read_closes_what_needs_it_and_nothing_else(
    make: Make, lists: Lists, ada: User, tmp_path: Path
) -> None:
    service = make(litellm_base_url=lists.base_url, studio_gateway_api_key="sk-studio")
    service._vault.put(ada, "gateway", "sk-virtual", caller=CALLER)
    (tmp_path / "vault.key").unlink()
    service.own.add(ada, KeptProvider("mine", "Mine", "http://127.0.0.1:9"), None, CALLER)
    mine, gateway = service.offered(ada)
    assert (mine.status, gateway.status) == ("ok", "unavailable")
    assert gateway.detail is not None
    assert gateway.detail.startswith("The vault's key is not there")
    with pytest.raises(VaultError):
        service.connection(ada.id, "gateway")
