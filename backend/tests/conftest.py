"""Fixtures for tests of the back end: a fake gateway over HTTP, pauses that take no time, a settable clock."""

import datetime as dt
import gc
import time
from collections.abc import Iterator
from types import SimpleNamespace

import hypothesis
import pytest

from src.settings import Settings
from tests.fake_gateway.server import FakeGateway

pytest_plugins = ["tests.databases"]

# No example is wrong because the machine had other work.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


class SettableClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now

    def move(self, **by: float) -> None:
        """Move the clock by a time given as `timedelta` takes it."""
        self.now += dt.timedelta(**by)


@pytest.fixture(autouse=True, scope="module")
def little_to_look_through() -> Iterator[None]:
    """Leave what a file's tests made out of later collections: of thousands of tests, one takes many seconds."""
    yield
    gc.freeze()


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for what is asked of the gateway, however busy the machine is, before the answer goes without it."""
    monkeypatch.setattr("src.services.day_repository.KNOWN_PATIENCE_SECONDS", 10.0)
    monkeypatch.setattr("src.services.day_repository.RANGE_PATIENCE_SECONDS", 60.0)
    monkeypatch.setattr("src.services.refreshed.PATIENCE_SECONDS", 10.0)
    monkeypatch.setattr("src.services.refreshed.FIRST_PATIENCE_SECONDS", 60.0)
    monkeypatch.setattr("src.services.gateway_calls.QUESTION_SECONDS", 30.0)


@pytest.fixture
def impatient(patient: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait no longer for it than people do."""
    monkeypatch.setattr("src.services.day_repository.KNOWN_PATIENCE_SECONDS", 0.25)
    monkeypatch.setattr("src.services.refreshed.PATIENCE_SECONDS", 0.25)
    monkeypatch.setattr("src.services.refreshed.FIRST_PATIENCE_SECONDS", 0.75)


@pytest.fixture
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask directly, whatever proxy the environment of the run names."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def gateway(no_proxies: None) -> Iterator[FakeGateway]:
    """Return a gateway that knows nothing yet."""
    with FakeGateway() as fake:
        yield fake


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let retries follow each other at once; the pauses that they would have made, in seconds."""
    made: list[float] = []
    monkeypatch.setattr("urllib3.util.retry.time", SimpleNamespace(sleep=made.append, time=time.time))
    return made


@pytest.fixture
def unconfigured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what the environment or a developer's `.env` says."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr(Settings, "model_config", {**Settings.model_config, "env_file": None})
