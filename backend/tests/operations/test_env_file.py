"""Variables in `.env` are written whole, in their place, and for their owner alone."""

import os
import stat
from pathlib import Path

import pytest

from workshop.env_file import EnvFile
from workshop.errors import WorkshopError


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b"K=new\n"),
        (b"A=1", b"A=1\nK=new\n"),
        (b"A=1\nK=old\nB=2\n", b"A=1\nK=new\nB=2\n"),
        (b"A=1\r\nK=old\r\nB=2\r\n", b"A=1\r\nK=new\r\nB=2\r\n"),
        (b"export K = 'old' # mine\n", b"K=new\n"),
        (b"K=1\nA=1\nK=2\n", b"K=new\nA=1\n"),
        (b"# K=old\nKK=1\nA_K=2\n", b"# K=old\nKK=1\nA_K=2\nK=new\n"),
        (b"# \xff\nK=old", b"# \xff\nK=new"),
    ],
)
def test_the_other_lines_stay_as_they_were(tmp_path: Path, before: bytes, after: bytes) -> None:
    path = tmp_path / ".env"
    path.write_bytes(before)
    EnvFile(path).set(K="new")
    assert path.read_bytes() == after


def test_several_are_written_at_once_each_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes(b"B=old\r\nC=1")
    EnvFile(path).set(A="new", B="new")
    assert path.read_bytes() == b"B=new\r\nC=1\nA=new\n"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("K=\n", None),
        ("K=''\n", None),
        ("#K=1\n", None),
        ("K=1\nK=2\n", "2"),
        ('export K = "a b" # c\n', "a b"),
        ("K=a # c\n", "a"),
        ("K=a#b\n", "a#b"),
    ],
)
def test_a_value_is_read_as_the_settings_read_it(tmp_path: Path, text: str, value: str | None) -> None:
    path = tmp_path / ".env"
    path.write_text(text)
    assert EnvFile(path).get("K") == value


def test_others_can_no_longer_read_it(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("A=1\n")
    path.chmod(0o644)
    EnvFile(path).set(K="new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_failure_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / ".env"
    path.write_text("K=old\n")

    def full(_handle: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space left"):
        EnvFile(path).set(K="new")
    assert [file.name for file in tmp_path.iterdir()] == [".env"]
    assert path.read_text() == "K=old\n"


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.write_text("A=1\n")
    (tmp_path / ".env").symlink_to(target)
    with pytest.raises(WorkshopError, match="not a plain file"):
        EnvFile(tmp_path / ".env").check()
