"""Settings: read from the environment, checked at once, told about in one line that names the variable."""

import io
import sys
from pathlib import Path

import pytest

from src.core.errors import ConfigurationError
from src.core.settings import TOP_LEVEL
from src.settings import Settings, load_settings
from src.utils.common import get_api_key, get_base_url
from tests.settings import settings

pytestmark = pytest.mark.usefixtures("unconfigured")

Patch = pytest.MonkeyPatch
VAULT_KEY = "A" * 43 + "="


def test_everything_has_a_default_but_the_gateway() -> None:
    loaded = load_settings()
    assert loaded.litellm_base_url is None
    assert loaded.litellm_api_key is None
    assert (loaded.host, loaded.vite_leaderboard_backend_port) == ("127.0.0.1", 8000)
    assert (loaded.leaderboard_title, loaded.leaderboard_subtitle) == ("Tokens Leaderboard 🏆", "AI Bootcamp")
    assert (loaded.settle_hours, loaded.live_ttl_seconds, loaded.team_ttl_seconds) == (6, 30, 60)
    assert loaded.sync_days == 30


def test_days_are_kept_in_a_file_beside_the_program_unless_they_are_to_end_with_it(monkeypatch: Patch) -> None:
    assert load_settings().durable_store_url == f"sqlite:///{TOP_LEVEL}/backend/data/usage.db"
    monkeypatch.setenv("USAGE_STORE_URL", "postgresql://db/x")
    assert load_settings().durable_store_url == "postgresql://db/x"
    monkeypatch.setenv("USAGE_STORE_URL", "memory")
    assert load_settings().durable_store_url is None


def test_demo_data_is_kept_nowhere(monkeypatch: Patch) -> None:
    monkeypatch.setenv("LEADERBOARD_DEMO", "1")
    assert load_settings().durable_store_url is None


def test_tests_keep_nothing() -> None:
    assert settings().durable_store_url is None


def test_the_environment_is_read(monkeypatch: Patch) -> None:
    monkeypatch.setenv("LITELLM_BASE_URL", "https://gateway.example/litellm")
    monkeypatch.setenv("LITELLM_API_KEY", "sk-key")
    monkeypatch.setenv("LITELLM_PAGE_SIZE", "123")
    loaded = load_settings()
    assert get_base_url(loaded) == "https://gateway.example/litellm"
    assert get_api_key(loaded) == "sk-key"
    assert loaded.litellm_page_size == 123


def test_a_file_is_read_and_the_environment_wins(monkeypatch: Patch, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("LEADERBOARD_TITLE=From a file 🦊\nLITELLM_PAGE_SIZE=7\nSOMETHING_ELSE=1\n", encoding="utf-8")
    monkeypatch.setattr(Settings, "model_config", {**Settings.model_config, "env_file": file})
    monkeypatch.setenv("LITELLM_PAGE_SIZE", "8")
    loaded = load_settings()
    assert (loaded.leaderboard_title, loaded.litellm_page_size) == ("From a file 🦊", 8)


@pytest.mark.parametrize("name", [name.upper() for name in Settings.model_fields])
def test_an_empty_variable_counts_as_unset(monkeypatch: Patch, name: str) -> None:
    monkeypatch.setenv(name, "")
    assert load_settings() == Settings(_env_file=None)


MALFORMED = [
    ("LITELLM_BASE_URL", "gateway"),
    ("LITELLM_BASE_URL", "ftp://gateway"),
    ("LITELLM_BASE_URL", "http://"),
    ("LITELLM_BASE_URL", "http://name:password@gateway"),
    ("LITELLM_BASE_URL", "http://gateway?a=b"),
    ("LITELLM_API_KEY", "sk-with space"),
    ("LITELLM_API_KEY", "sk-ключ"),
    ("LITELLM_API_KEY", "sk-line\nbreak"),
    ("LITELLM_PAGE_SIZE", "many"),
    ("LITELLM_PAGE_SIZE", "0"),
    ("LITELLM_PAGE_SIZE", "1.5"),
    ("LITELLM_CONNECT_TIMEOUT_SECONDS", "0"),
    ("LITELLM_READ_TIMEOUT_SECONDS", "-1"),
    ("LITELLM_READ_TIMEOUT_SECONDS", "inf"),
    ("LITELLM_READ_TIMEOUT_SECONDS", "nan"),
    ("LITELLM_CONCURRENCY", "1000"),
    ("LITELLM_QUEUE_LIMIT", "0"),
    ("SETTLE_HOURS", "-1"),
    ("LIVE_TTL_SECONDS", "soon"),
    ("TEAM_TTL_SECONDS", "1e9"),
    ("VITE_LEADERBOARD_BACKEND_PORT", "0"),
    ("VITE_LEADERBOARD_BACKEND_PORT", "65536"),
    ("VITE_LEADERBOARD_FRONTEND_PORT", "http"),
    ("VITE_WORKSHOP_USER", "a.b"),
    ("VITE_WORKSHOP_DOMAIN", "a/b"),
    ("SERVER_BASIC_AUTH_TOKEN", "tökén"),
    ("VITE_BACKEND_URL", "api.example.com"),
    ("VITE_BACKEND_URL", "ftp://api.example.com"),
    ("CORS_ORIGINS", "*"),
    ("CORS_ORIGINS", "null"),
    ("CORS_ORIGINS", "board.example.com"),
    ("CORS_ORIGINS", "https://*.example.com"),
    ("CORS_ORIGINS", "https://board.example.com/path"),
    ("CORS_ORIGINS", "https://name@board.example.com"),
    ("CORS_ORIGINS", "https://board.example.com?"),
    ("ALLOWED_HOSTS", "https://board.example.com"),
    ("ALLOWED_HOSTS", "board.example.com:8000"),
    ("ALLOWED_HOSTS", "board.example.com/"),
    ("ALLOWED_HOSTS", "board.example.com/path"),
    ("ALLOWED_HOSTS", "name@board.example.com"),
    ("ALLOWED_HOSTS", "board.*.com"),
    ("ALLOWED_HOSTS", "*board.example.com"),
    ("ALLOWED_HOSTS", "*."),
    ("ALLOWED_HOSTS", "*.10.0.0.1"),
    ("ALLOWED_HOSTS", "**"),
    ("ALLOWED_HOSTS", "good.example, bad example"),
    ("CORS_ORIGINS", "https://good.example, https://bad.example/x"),
]


@pytest.mark.parametrize(("name", "value"), MALFORMED)
def test_a_malformed_setting_is_told_in_one_line_that_names_it(monkeypatch: Patch, name: str, value: str) -> None:
    monkeypatch.setenv("VITE_WORKSHOP_USER", "ada")
    monkeypatch.setenv("VITE_WORKSHOP_DOMAIN", "example.org")
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    told = str(caught.value)
    assert told.startswith(f"{name}: ")
    assert "\n" not in told
    if name in {"LITELLM_API_KEY", "SERVER_BASIC_AUTH_TOKEN", "LITELLM_BASE_URL"}:
        assert value not in told


@pytest.mark.parametrize(
    ("given", "missing"),
    [("VITE_WORKSHOP_USER", "VITE_WORKSHOP_DOMAIN"), ("VITE_WORKSHOP_DOMAIN", "VITE_WORKSHOP_USER")],
)
def test_half_a_workshop_names_what_is_missing(monkeypatch: Patch, given: str, missing: str) -> None:
    monkeypatch.setenv(given, "ada")
    with pytest.raises(ConfigurationError, match=f"^{missing} is missing"):
        load_settings()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"PUBLIC_PSEUDONYMS": "1"}, "^PUBLIC_PSEUDONYMS hides nothing without PUBLIC_MODE"),
        (
            {"PUBLIC_MODE": "1", "VITE_EMBED_AUTH_TOKEN": "1"},
            "^PUBLIC_MODE hides what VITE_EMBED_AUTH_TOKEN gives",
        ),
        ({"PUBLIC_MODE": "perhaps"}, "^PUBLIC_MODE: "),
    ],
)
def test_a_public_mode_that_would_hide_nothing_is_refused(
    monkeypatch: Patch, given: dict[str, str], told: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=told):
        load_settings()


def test_several_malformed_settings_are_all_named_in_the_line(monkeypatch: Patch) -> None:
    monkeypatch.setenv("LITELLM_PAGE_SIZE", "x")
    monkeypatch.setenv("SETTLE_HOURS", "y")
    with pytest.raises(ConfigurationError, match=r"^LITELLM_PAGE_SIZE: [^\n]+; SETTLE_HOURS: [^\n]+$"):
        load_settings()


def test_secrets_are_not_shown(monkeypatch: Patch) -> None:
    monkeypatch.setenv("LITELLM_API_KEY", "sk-secret")
    monkeypatch.setenv("SERVER_BASIC_AUTH_TOKEN", "token-secret")
    loaded = load_settings()
    shown = repr(loaded) + str(loaded) + loaded.model_dump_json()
    assert "sk-secret" not in shown
    assert "token-secret" not in shown


def test_origins_are_those_of_the_workshop_and_in_development_of_vite(monkeypatch: Patch) -> None:
    monkeypatch.setenv("VITE_LEADERBOARD_FRONTEND_PORT", "4321")
    assert load_settings().allowed_origins == []
    assert load_settings().development_origins == ["http://localhost:4321", "http://127.0.0.1:4321"]
    monkeypatch.setenv("VITE_WORKSHOP_USER", "ada")
    monkeypatch.setenv("VITE_WORKSHOP_DOMAIN", "workshop.example")
    assert load_settings().allowed_origins == ["https://ada-leaderboard-frontend.workshop.example"]


def test_other_origins_are_written_as_browsers_write_them(monkeypatch: Patch) -> None:
    monkeypatch.setenv("CORS_ORIGINS", "https://Board.Example:443/, http://10.0.0.1:8080 ,https://bücher.example,")
    assert load_settings().allowed_origins == [
        "https://board.example",
        "http://10.0.0.1:8080",
        "https://xn--bcher-kva.example",
    ]


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ("Board.Example.com., *.Example.org,", ("board.example.com", "*.example.org")),
        ("bücher.example", ("xn--bcher-kva.example",)),
        ("10.0.0.1,::1,[::1]", ("10.0.0.1", "[::1]", "[::1]")),
        ("dashboard,*", ("dashboard", "*")),
    ],
)
def test_names_of_the_server_are_written_as_they_are_compared(
    monkeypatch: Patch, given: str, known: tuple[str, ...]
) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", given)
    assert load_settings().allowed_hosts == known


class Terminal(io.StringIO):
    """Input that a person types."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("get", "name"), [(get_base_url, "LITELLM_BASE_URL"), (get_api_key, "LITELLM_API_KEY")])
def test_without_a_terminal_what_is_missing_is_named(monkeypatch: Patch, get: type, name: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("http://typed.example\n"))
    with pytest.raises(ConfigurationError, match=f"^{name} is missing"):
        get()


def test_on_a_terminal_the_address_is_asked_for(monkeypatch: Patch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(" http://typed.example:4000 \n"))
    assert get_base_url() == "http://typed.example:4000/"
    assert "Address of the LiteLLM gateway" in capsys.readouterr().out


@pytest.mark.parametrize("typed", ["", "typed.example", "ftp://typed.example"])
def test_an_address_that_is_none_is_told(monkeypatch: Patch, typed: str) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(f"{typed}\n"))
    with pytest.raises(ConfigurationError, match="LITELLM_BASE_URL"):
        get_base_url()


def test_on_a_terminal_the_key_is_asked_for_without_echo(monkeypatch: Patch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", lambda prompt: " sk-typed ")
    assert get_api_key() == "sk-typed"


def test_a_server_never_asks(monkeypatch: Patch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("http://typed.example\n"))
    with pytest.raises(ConfigurationError):
        get_base_url(ask=False)


def test_no_key_at_all_is_told(monkeypatch: Patch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", lambda prompt: "  ")
    with pytest.raises(ConfigurationError, match="LITELLM_API_KEY"):
        get_api_key()


def test_keys_of_the_vault_and_networks_are_read_from_lists(monkeypatch: Patch) -> None:
    monkeypatch.setenv(
        "STUDIO_VAULT_KEYS", f"{VAULT_KEY}, {VAULT_KEY.replace('A', '+')}, {VAULT_KEY.replace('A', '-')}"
    )
    monkeypatch.setenv("STUDIO_ALLOWED_NETWORKS", "10.0.0.0/8, 192.168.1.7,fd00::/8,")
    loaded = load_settings()
    assert loaded.studio_vault_keys is not None
    assert VAULT_KEY not in repr(loaded)
    assert loaded.studio_allowed_networks == ("10.0.0.0/8", "192.168.1.7/32", "fd00::/8")


@pytest.mark.parametrize(
    "given",
    ["planted", f"planted,{VAULT_KEY}", "A" * 43, "A" * 44, ",", f"{VAULT_KEY},planted", "ä" * 44],
)
def test_what_is_no_key_of_a_vault_is_refused_and_not_told(monkeypatch: Patch, given: str) -> None:
    monkeypatch.setenv("STUDIO_VAULT_KEYS", given)
    with pytest.raises(
        ConfigurationError, match=r"^STUDIO_VAULT_KEYS: must be keys of 32 bytes in base64"
    ) as refused:
        load_settings()
    assert given not in str(refused.value)
    assert "planted" not in str(refused.value)


@pytest.mark.parametrize(
    "given", ["10.0.0.5/8", "ten", "10.0.0.0/33", "fe80::1%eth0/64", "10.0.0.0-10.0.0.9", "*"]
)
def test_what_is_no_network_is_refused(monkeypatch: Patch, given: str) -> None:
    monkeypatch.setenv("STUDIO_ALLOWED_NETWORKS", f"10.0.0.0/8,{given}")
    with pytest.raises(ConfigurationError, match=r"^STUDIO_ALLOWED_NETWORKS: must be networks such as") as refused:
        load_settings()
    assert f"'{given}' is none" in str(refused.value)


def test_networks_of_ipv4_are_written_as_such(monkeypatch: Patch) -> None:
    monkeypatch.setenv("STUDIO_ALLOWED_NETWORKS", "::ffff:10.0.0.0/104")
    with pytest.raises(ConfigurationError, match=r"^STUDIO_ALLOWED_NETWORKS: must name IPv4 as IPv4"):
        load_settings()
