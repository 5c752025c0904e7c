"""`get_api_key.sh` issues keys: whose they are, where they go, and what is asked first."""

from __future__ import annotations

import ast
import re
import shutil
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from src.client.api_client import PROBE
from tests.operations.fake_litellm import ADMIN_KEY
from tests.operations.places import TOP_LEVEL

if TYPE_CHECKING:
    import subprocess

    from tests.operations.conftest import Checkout
    from tests.operations.fake_litellm import FakeLiteLLM

EXPORT = re.compile(r"export LITELLM_API_KEY=(sk-[\w-]+)\nexport STUDIO_GATEWAY_API_KEY=\1\n")
DASHBOARDS_EXPORT = re.compile(r"export LITELLM_API_KEY=(sk-[\w-]+)\n")


def key_in(result: subprocess.CompletedProcess[str], told: re.Pattern[str] = EXPORT) -> str:
    """Return the key that a shell is told; fails where the program did."""
    assert result.returncode == 0, result.stderr
    match = told.fullmatch(result.stdout)
    assert match, result.stdout
    return match[1]


def test_an_attendee_gets_a_user_a_team_a_membership_and_a_key_that_ends(
    checkout: Checkout, gateway: FakeLiteLLM
) -> None:
    secret = key_in(checkout.run("Ada", "Lovelace"))
    (user,), (team,), row = gateway.users.values(), gateway.teams.values(), gateway.key_of(secret)
    assert (user["user_alias"], user["user_role"]) == ("Ada Lovelace", "internal_user")
    assert team["team_alias"] == "Ada Lovelace"
    assert {"user_id": user["user_id"], "role": "user", "user_email": None} in team["members_with_roles"]
    assert row is not None
    assert (row["user_id"], row["team_id"], row["duration"]) == (user["user_id"], team["team_id"], "7d")
    assert "allowed_routes" not in row
    assert checkout.env_file.read_text() == f"LITELLM_API_KEY={secret}\nSTUDIO_GATEWAY_API_KEY={secret}\n"
    assert stat.S_IMODE(checkout.env_file.stat().st_mode) == 0o600


def test_asked_again_it_keeps_the_key(checkout: Checkout, gateway: FakeLiteLLM) -> None:
    first = checkout.run("Ada", "Lovelace")
    before = checkout.env_file.stat().st_ino
    again = checkout.run("ada", "LOVELACE")
    assert key_in(again) == key_in(first)
    assert "is kept" in again.stderr
    assert checkout.env_file.stat().st_ino == before
    assert (len(gateway.users), len(gateway.teams), len(gateway.keys)) == (1, 1, 1)


def test_a_key_that_could_not_be_revoked_is_named_and_revoked_next_time(
    checkout: Checkout, gateway: FakeLiteLLM
) -> None:
    old = key_in(checkout.run("Ada", "Lovelace"))
    gateway.fault = lambda path: (503, {}, b"") if path == "/key/delete" else None
    failed = checkout.run("Ada", "Lovelace", "--renew", "--yes")
    assert failed.returncode == 1
    assert "one that it replaces still works" in failed.stderr
    assert gateway.key_of(old) is not None
    gateway.fault = lambda _path: None
    new = key_in(checkout.run("Ada", "Lovelace"))
    assert checkout.env_file.read_text() == f"LITELLM_API_KEY={new}\nSTUDIO_GATEWAY_API_KEY={new}\n"
    assert (gateway.key_of(old), gateway.key_of(new) is None) == (None, False)


def test_a_file_with_a_key_that_is_kept_is_closed_to_others(checkout: Checkout) -> None:
    key = key_in(checkout.run("Ada", "Lovelace"))
    checkout.env_file.chmod(0o644)
    assert key_in(checkout.run("Ada", "Lovelace")) == key
    assert checkout.env_file.stat().st_mode & 0o777 == 0o600


def test_asked_again_it_mends_a_membership_that_was_lost(checkout: Checkout, gateway: FakeLiteLLM) -> None:
    checkout.run("Ada", "Lovelace")
    (team,) = gateway.teams.values()
    team["members_with_roles"].clear()
    checkout.run("Ada", "Lovelace")
    assert [member["user_id"] for member in team["members_with_roles"]] == list(gateway.users)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("Zoë", "Müller"),
        ("Mary Jane", "O'Neil"),
        ('Bob "the builder"', "$(touch pwned) `id` \\n"),
        ("Иван", "Петров"),
        ("-n", "--renew-not"),
    ],
)
def test_any_name_reaches_the_gateway_as_it_is_written(
    checkout: Checkout, gateway: FakeLiteLLM, first: str, last: str
) -> None:
    key_in(checkout.run("--", first, last))
    ((user_id, user),) = gateway.users.items()
    assert user["user_alias"] == f"{first} {last}"
    assert re.fullmatch(r"[a-z0-9-]{10,49}", user_id)
    assert not (checkout.root / "pwned").exists()


def test_names_that_look_alike_without_accents_are_two_people(checkout: Checkout, gateway: FakeLiteLLM) -> None:
    key_in(checkout.run("Jose", "Pena"))
    key_in(checkout.run("José", "Peña", "--yes"))
    assert len(gateway.users) == len(gateway.teams) == 2


def test_attendees_can_share_a_team_by_its_name_or_id(checkout: Checkout, gateway: FakeLiteLLM) -> None:
    gateway.teams["t-1"] = {"team_id": "t-1", "team_alias": "Blue", "members_with_roles": []}
    for name, team in (("Ada", "Blue"), ("Grace", "t-1")):
        key = key_in(checkout.run(name, "Example", "--team", team, "--yes"))
        assert (gateway.key_of(key) or {})["team_id"] == "t-1"
    assert len(gateway.teams["t-1"]["members_with_roles"]) == 2
    assert list(gateway.teams) == ["t-1"]


def test_a_name_of_several_teams_is_refused_with_their_ids(checkout: Checkout, gateway: FakeLiteLLM) -> None:
    for team_id in ("t-1", "t-2"):
        gateway.teams[team_id] = {"team_id": team_id, "team_alias": "Blue", "members_with_roles": []}
    result = checkout.run("Ada", "Lovelace", "--team", "Blue")
    assert result.returncode == 1
    assert "t-1, t-2" in result.stderr
    assert not gateway.users


def test_another_team_takes_another_key(checkout: Checkout, gateway: FakeLiteLLM) -> None:
    own = key_in(checkout.run("Ada", "Lovelace"))
    refused = checkout.run("Ada", "Lovelace", "--team", "Blue")
    assert refused.returncode == 1
    assert "--yes" in refused.stderr
    other = key_in(checkout.run("Ada", "Lovelace", "--team", "Blue", "--yes"))
    assert gateway.key_of(own) is None
    assert (gateway.key_of(other) or {})["team_id"].startswith("blue-")


def test_the_dashboards_key_is_an_admin_viewers_and_of_no_team(checkout: Checkout, gateway: FakeLiteLLM) -> None:
    secret = key_in(checkout.run("--dashboard"), DASHBOARDS_EXPORT)
    row = gateway.key_of(secret)
    assert checkout.env_file.read_text() == f"LITELLM_API_KEY={secret}\n"
    (user,) = gateway.users.values()
    assert user["user_role"] == "proxy_admin_viewer"
    assert row is not None
    assert (row["user_id"], row["team_id"], row["duration"]) == (user["user_id"], None, "30d")
    assert not gateway.teams


def test_the_dashboards_key_may_call_what_the_dashboard_does_and_no_model(
    checkout: Checkout, gateway: FakeLiteLLM
) -> None:
    row = gateway.key_of(key_in(checkout.run("--dashboard"), DASHBOARDS_EXPORT)) or {}
    called = {
        node.value
        for source in (TOP_LEVEL / "backend/src/client").rglob("*.py")
        for node in ast.walk(ast.parse(source.read_text()))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch("(/[a-z0-9]+)+", node.value)
    }
    assert "/team/list" in called
    assert set(row["allowed_routes"]) == called - {PROBE}  # which takes no key


def test_a_dashboards_key_that_may_call_models_is_not_kept(checkout: Checkout, gateway: FakeLiteLLM) -> None:
    old = key_in(checkout.run("--dashboard"), DASHBOARDS_EXPORT)
    (gateway.key_of(old) or {})["allowed_routes"] = []
    refused = checkout.run("--dashboard")
    assert refused.returncode == 1
    assert "may call more than it has to; it would stop working everywhere" in refused.stderr
    new = key_in(checkout.run("--dashboard", "--yes"), DASHBOARDS_EXPORT)
    assert (gateway.key_of(old), (gateway.key_of(new) or {})["allowed_routes"] != []) == (None, True)


@pytest.mark.parametrize("line", ["", "STUDIO_GATEWAY_API_KEY=sk-of-studio\n"])
def test_what_studio_calls_models_with_is_left_by_the_dashboards_key(checkout: Checkout, line: str) -> None:
    checkout.env_file.write_text(line)
    key = key_in(checkout.run("--dashboard"), DASHBOARDS_EXPORT)
    assert checkout.env_file.read_text() == f"{line}LITELLM_API_KEY={key}\n"


def test_a_key_that_is_kept_is_given_to_studio_too_where_it_has_none(checkout: Checkout) -> None:
    key = key_in(checkout.run("Ada", "Lovelace"))
    checkout.env_file.write_text(f"LITELLM_API_KEY={key}\n")
    key_in(checkout.run("Ada", "Lovelace"))
    assert checkout.env_file.read_text() == f"LITELLM_API_KEY={key}\nSTUDIO_GATEWAY_API_KEY={key}\n"
    assert stat.S_IMODE(checkout.env_file.stat().st_mode) == 0o600


def test_another_key_of_studios_is_replaced_only_when_agreed(checkout: Checkout, gateway: FakeLiteLLM) -> None:
    checkout.env_file.write_text("STUDIO_GATEWAY_API_KEY=sk-of-studio\n")
    refused = checkout.run("Ada", "Lovelace")
    assert refused.returncode == 1
    assert "has a STUDIO_GATEWAY_API_KEY (sk-…udio); it would be overwritten" in refused.stderr
    assert checkout.env_file.read_text() == "STUDIO_GATEWAY_API_KEY=sk-of-studio\n"
    assert not gateway.keys
    key = key_in(checkout.run("Ada", "Lovelace", "--yes"))
    assert checkout.env_file.read_text() == f"STUDIO_GATEWAY_API_KEY={key}\nLITELLM_API_KEY={key}\n"


def test_a_user_of_another_role_gets_no_dashboard_key(checkout: Checkout, gateway: FakeLiteLLM) -> None:
    gateway.users["leaderboard-dashboard"] = {"user_id": "leaderboard-dashboard", "user_role": "proxy_admin"}
    result = checkout.run("--dashboard")
    assert result.returncode == 1
    assert "proxy_admin" in result.stderr
    assert not gateway.keys


def test_without_a_terminal_no_key_is_replaced(checkout: Checkout, gateway: FakeLiteLLM) -> None:
    checkout.env_file.write_text("LITELLM_API_KEY=sk-somebody-elses\n")
    result = checkout.run("Ada", "Lovelace")
    assert result.returncode == 1
    assert "Nothing was changed" in result.stderr
    assert checkout.env_file.read_text() == "LITELLM_API_KEY=sk-somebody-elses\n"
    assert not any(request.startswith("POST") for request in gateway.requests)


@pytest.mark.parametrize(("reply", "replaced"), [("y", True), ("yes", True), ("n", False), ("", False)])
def test_on_a_terminal_it_asks(checkout: Checkout, gateway: FakeLiteLLM, reply: str, replaced: bool) -> None:
    old = key_in(checkout.run("Ada", "Lovelace"))
    status, shown = checkout.answer(reply, "Ada", "Lovelace", "--renew")
    assert "Replace it? [y/N]" in shown
    assert status == (0 if replaced else 1)
    assert (gateway.key_of(old) is None) is replaced
    assert len(gateway.keys) == 1
    assert (old not in checkout.env_file.read_text()) is replaced


def test_on_a_terminal_no_key_is_shown(checkout: Checkout, gateway: FakeLiteLLM) -> None:
    status, shown = checkout.answer("", "Ada", "Lovelace")
    assert status == 0
    assert len(gateway.keys) == 1
    assert "sk-" not in shown


def test_a_key_from_elsewhere_is_replaced_only_when_agreed(checkout: Checkout, gateway: FakeLiteLLM) -> None:
    old = key_in(checkout.run("Ada", "Lovelace"))
    checkout.env_file.unlink()
    refused = checkout.run("Ada", "Lovelace")
    assert refused.returncode == 1
    assert "would stop working everywhere" in refused.stderr
    assert gateway.key_of(old)
    new = key_in(checkout.run("Ada", "Lovelace", "--yes"))
    assert list(gateway.keys.values()) == [gateway.key_of(new)]


@pytest.mark.parametrize("change", [{"expires": "2020-01-01T00:00:00Z"}, {"blocked": True}])
def test_a_key_that_no_longer_works_is_not_kept(checkout: Checkout, gateway: FakeLiteLLM, change: dict) -> None:
    old = key_in(checkout.run("Ada", "Lovelace"))
    (gateway.key_of(old) or {}).update(change)
    new = key_in(checkout.run("Ada", "Lovelace", "--yes"))
    assert new != old
    assert list(gateway.keys.values()) == [gateway.key_of(new)]


def test_keys_that_others_have_issued_stay(checkout: Checkout, gateway: FakeLiteLLM) -> None:
    checkout.run("Ada", "Lovelace")
    (user_id,) = gateway.users
    row = {"token": "by-hand", "user_id": user_id, "key_alias": "x", "metadata": {}, "expires": None}
    gateway.keys["by-hand"] = row
    key_in(checkout.run("Ada", "Lovelace", "--renew", "--yes"))
    assert "by-hand" in gateway.keys
    assert len(gateway.keys) == 2


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_sourced_it_sets_the_key_in_the_shell(checkout: Checkout, gateway: FakeLiteLLM, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    script = '. ./get_api_key.sh "Zoë" "O\'Neil" && printf "%s|%s|%s" "$LITELLM_API_KEY" '
    script += '"$STUDIO_GATEWAY_API_KEY" "${leaderboard_key-unset}"'
    key, studios, rest = checkout.shell([shell, "-c", script]).stdout.split("|")
    assert gateway.key_of(key)
    assert (studios, rest) == (key, "unset")


def test_sourced_it_helps_and_runs_nothing_of_that(checkout: Checkout) -> None:
    result = checkout.shell(["bash", "-c", ". ./get_api_key.sh --help && echo fine"])
    assert result.stdout == "fine\n"
    assert result.stderr.startswith("usage: get_api_key.sh")
    assert "command not found" not in result.stderr


def test_nothing_in_the_folder_that_it_is_called_from_is_run(
    checkout: Checkout, gateway: FakeLiteLLM, tmp_path: Path
) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    for name in ("workshop", "argparse", "hashlib"):
        (folder / f"{name}.py").write_text("raise SystemExit('run in place of it')\n")
    result = checkout.shell(["sh", "-c", f"cd '{folder}' && '{checkout.root}/get_api_key.sh' Ada Lovelace"])
    assert result.returncode == 0, result.stderr
    assert gateway.key_of(key_in(result))


def test_sourced_it_leaves_the_shell_alone_when_it_fails(checkout: Checkout) -> None:
    script = 'set +eu; . ./get_api_key.sh Ada; echo "status $?, ${LITELLM_API_KEY-unset}, $-"; false; echo goes on'
    result = checkout.shell(["bash", "-c", script])
    assert re.search(r"status 1, unset, [^eu]*\ngoes on\n", result.stdout), result.stdout


def test_the_admins_key_is_in_no_output_no_file_and_no_command_line(
    checkout: Checkout, gateway: FakeLiteLLM
) -> None:
    commands: list[bytes] = []

    def look(_path: str) -> None:
        for process in Path("/proc").glob("[0-9]*"):
            try:
                commands.append((process / "cmdline").read_bytes())
            except OSError:
                continue

    gateway.fault = look
    result = checkout.run("Ada", "Lovelace")
    key_in(result)
    files = [path.read_bytes() for path in checkout.root.rglob("*") if path.is_file() and ".git" not in path.parts]
    places = [result.stdout.encode(), result.stderr.encode(), *files, *commands]
    assert not [place for place in places if ADMIN_KEY.encode() in place]
    assert not Path("/proc/self").exists() or any(b"workshop" in command for command in commands)


def test_git_sees_no_change(checkout: Checkout) -> None:
    before = checkout.shell(["git", "status", "--porcelain"]).stdout
    key_in(checkout.run("Ada", "Lovelace"))
    assert checkout.shell(["git", "status", "--porcelain"]).stdout == before


@pytest.mark.parametrize("how", ["not ignored", "tracked"])
def test_a_file_that_git_would_keep_is_not_written(checkout: Checkout, gateway: FakeLiteLLM, how: str) -> None:
    checkout.env_file.write_text("A=1\n")
    if how == "tracked":
        checkout.shell(["git", "add", "--force", ".env"])
    else:
        (checkout.root / ".gitignore").write_text("")
    result = checkout.run("Ada", "Lovelace")
    assert result.returncode == 1
    assert "not ignored by git" in result.stderr
    assert checkout.env_file.read_text() == "A=1\n"
    assert not gateway.requests


def test_a_key_that_cannot_be_kept_is_taken_back(checkout: Checkout, gateway: FakeLiteLLM) -> None:
    def sabotage(path: str) -> None:
        if path == "/key/generate":
            checkout.env_file.mkdir()
            (checkout.env_file / "in the way").touch()

    gateway.fault = sabotage
    result = checkout.run("Ada", "Lovelace")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert not gateway.keys
