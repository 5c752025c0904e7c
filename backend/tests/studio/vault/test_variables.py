"""Keys of the operator's own: named by administrators alone, and none but those of providers."""

import dataclasses

import pytest

from src.settings import Settings
from src.studio.accounts.user import Limits, User
from src.studio.vault.service import KNOWN_KEY_VARIABLES, is_set, may_name, value_of

ADMIN = User("a" * 32, "root@example.com", "admin", Limits())
USER = dataclasses.replace(ADMIN, role="user")
OTHERS = [
    *("PATH", "HOME", "STUDIO_SECRET", "STUDIO_VAULT_KEYS", "STUDIO_GATEWAY_API_KEY", "STUDIO_DATABASE_URL"),
    *(
        "LITELLM_API_KEY",
        "LITELLM_MASTER_KEY",
        "SERVER_BASIC_AUTH_TOKEN",
        "SMTP_PASSWORD",
        "AWS_SECRET_ACCESS_KEY",
    ),
    *("openai_api_key", "OPENAI_API_KEY ", " OPENAI_API_KEY", "OPENAI_API_KEY\n", "OPENAI_API_KEY=x", "", "\0"),
]


@pytest.mark.parametrize("name", sorted(KNOWN_KEY_VARIABLES))
def test_administrators_may_name_keys_of_providers_and_nobody_else_may(name: str) -> None:
    assert may_name(ADMIN, name)
    assert not may_name(USER, name)


@pytest.mark.parametrize("name", OTHERS)
def test_nobody_may_name_anything_else_and_its_value_is_not_told(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name and "\0" not in name and "=" not in name:
        monkeypatch.setenv(name, "planted")
    assert not may_name(ADMIN, name)
    assert (is_set(name), value_of(name)) == (False, None)


def test_no_setting_of_this_server_is_on_the_list() -> None:
    assert not KNOWN_KEY_VARIABLES & {name.upper() for name in Settings.model_fields}


def test_a_variable_without_a_value_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert (is_set("OPENAI_API_KEY"), value_of("OPENAI_API_KEY")) == (False, None)
    monkeypatch.setenv("OPENAI_API_KEY", "")
    assert not is_set("OPENAI_API_KEY")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-operator")
    assert (is_set("OPENAI_API_KEY"), value_of("OPENAI_API_KEY")) == (True, "sk-of-the-operator")
    assert not is_set(None)
