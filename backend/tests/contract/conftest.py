"""Fixtures of the contract tests: the live gateway, its database, and the dashboard in front of it."""

import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import psycopg
import pytest

from tests.contract.comparison import Comparison
from tests.contract.dashboard import Dashboard, Gateway
from tests.contract.period import Period, compared, whole
from tests.contract.proof import Proof
from tests.contract.truth import Truth

VARIABLES = ("CONTRACT_BASE_URL", "CONTRACT_API_KEY", "CONTRACT_DATABASE_URL")
HOW = f"no live gateway to compare with: set {', '.join(VARIABLES)}"
COMPARISON = pytest.StashKey[Comparison]()


@cache
def configured() -> Gateway | None:
    """Return the gateway that the environment names, if any; half of one is a mistake."""
    values = [os.environ.get(name, "") for name in VARIABLES]
    if not any(values):
        return None
    if not all(values):
        raise pytest.UsageError(f"the contract tests need all of {', '.join(VARIABLES)}")
    return Gateway(*values, may_disturb=os.environ.get("CONTRACT_MAY_DISTURB", "") == "1")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[COMPARISON] = Comparison()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.contract)
            if configured() is None:
                item.add_marker(pytest.mark.skip(reason=HOW))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "period" not in metafunc.fixturenames:
        return
    gateway = configured()
    if gateway is None:
        metafunc.parametrize("period", [None], ids=["any"])
        return
    with psycopg.connect(gateway.database_url) as connection:
        metafunc.parametrize("period", compared(Truth(connection).data()), ids=str)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    figures = config.stash[COMPARISON].figures
    if figures:
        terminalreporter.write_line(f"{figures} figures compared with SQL")


@pytest.fixture(scope="session")
def gateway() -> Gateway:
    found = configured()
    assert found is not None
    return found


@pytest.fixture(scope="session")
def truth(gateway: Gateway) -> Iterator[Truth]:
    with psycopg.connect(gateway.database_url, autocommit=True) as connection:
        yield Truth(connection)


@pytest.fixture(scope="session")
def everything(truth: Truth) -> Period:
    """Return the range that holds all usage."""
    return whole(truth.data())


@pytest.fixture(scope="session")
def busiest(truth: Truth, everything: Period) -> Period:
    """Return the day with the most rows; without usage, the last one."""
    rows = truth.rows_per_day()
    day = max(everything.days, key=lambda day: (rows.get(str(day), 0), day))
    return Period(day, day)


@pytest.fixture(scope="session")
def dashboard(gateway: Gateway) -> Dashboard:
    """Return the dashboard that most tests share, as users share one."""
    return Dashboard(gateway)


@pytest.fixture
def new_dashboard(gateway: Gateway) -> Callable[..., Dashboard]:
    """Return a maker of dashboards that have fetched nothing yet, with settings of one's own."""
    return lambda **settings: Dashboard(gateway, **settings)


@pytest.fixture
def right(truth: Truth, same: Comparison) -> Proof:
    """Return the proof that a range is right for every team, key and model."""
    return Proof(truth, same)


@pytest.fixture
def same(pytestconfig: pytest.Config) -> Comparison:
    """Return the comparison that fails with a list of differences."""
    return pytestconfig.stash[COMPARISON]
