"""Versions: what runs were on stays, and is told from what has become of the suite."""

import datetime as dt
from collections.abc import Callable, Collection, Sequence

import pytest
from sqlalchemy import Connection

from src.studio.accounts.user import User
from src.studio.database.database import Database
from src.studio.errors import ConflictError, NotFoundError
from src.studio.scoring.case import read_case
from src.studio.suites.own import Suite
from src.studio.tool_suites import repository
from src.studio.tool_suites.service import Draft, FrozenSuite, ToolSuiteService
from tests.conftest import SettableClock
from tests.studio.people import add_user
from tests.studio.tool_suites.made import case, tool


class Runs:
    """Runs on versions, as whoever keeps runs tells of them."""

    def __init__(self) -> None:
        self.of: dict[str, int] = {}

    def count_runs(self, connection: Connection, owner_id: str, version_ids: Collection[str]) -> dict[str, int]:
        return {version: count for version, count in self.of.items() if version in version_ids}


class House:
    """Ada's suite of three cases."""

    def __init__(self, database: Database, clock: Callable[[], dt.datetime]) -> None:
        self.database, self.runs = database, Runs()
        self.service = ToolSuiteService(database, clock)
        self.service.register(self.runs)
        self.ada: User = add_user(database)
        cases = [read_case(case(city)) for city in ("Paris", "Rome", "Oslo")]
        self.suite_id = self.service.add(self.ada, Suite("Weather", "", "Today.", [tool()], cases))

    def run(self) -> FrozenSuite:
        """Freeze the suite for a run."""
        return self.run_on(self.draft())

    def draft(self) -> Draft:
        return self.service.draft(self.ada.id, self.suite_id)

    def run_on(self, draft: Draft) -> FrozenSuite:
        with self.database.writing() as connection:
            found = self.service.freeze(connection, draft)
        self.runs.of[found.version_id] = self.runs.of.get(found.version_id, 0) + 1
        return found

    def frozen(self, version_id: str, owner: User | None = None) -> FrozenSuite:
        with self.database.reading() as connection:
            return self.service.frozen(connection, (owner or self.ada).id, version_id)

    def told(self) -> tuple[int, bool]:
        """Return the version of what stands there, and whether that is none of a run yet."""
        detail = self.service.detail(self.ada, self.suite_id)
        (listed,) = self.service.page(self.ada, "", 10, None)[0]
        assert (listed["version"], listed["changed"]) == (detail["version"], detail["changed"])
        return detail["version"], detail["changed"]

    @property
    def case_ids(self) -> list[str]:
        return [one["id"] for one in self.service.detail(self.ada, self.suite_id)["test_cases"]]

    @property
    def versions(self) -> Sequence[tuple[int, int, int]]:
        listed, _ = self.service.versions(self.ada, self.suite_id, 200, None)
        return [(v["version"], v["runs"], v["cases"]) for v in listed]


@pytest.fixture
def house(database: Database, clock: SettableClock) -> House:
    return House(database, clock)


def test_a_version_has_all_that_a_run_asks(house: House) -> None:
    assert house.told() == (1, False)
    found = house.run()
    assert (found.version, list(found.case_ids)) == (1, house.case_ids)
    assert found.suite == house.service.get(house.ada, house.suite_id)
    assert house.frozen(found.version_id) == found
    assert house.told() == (1, False)


def test_two_runs_on_the_same_are_on_one_version(house: House) -> None:
    assert house.run() == house.run()
    assert house.versions == [(1, 2, 3)]


def test_what_is_not_asked_of_models_makes_no_version(house: House) -> None:
    house.run()
    house.service.change(house.ada, house.suite_id, {"name": "Other", "description": "Other"})
    house.service.change(house.ada, house.suite_id, {"tools": [tool()], "system_prompt": "Today."})
    house.service.cases.change(house.ada, house.suite_id, house.case_ids[0], {"category": None})
    house.service.cases.order(house.ada, house.suite_id, house.case_ids)
    assert house.told() == (1, False)


def add_case(house: House) -> None:
    house.service.cases.add(house.ada, house.suite_id, [case("Bern")], "")


def change_case(house: House) -> None:
    house.service.cases.change(
        house.ada,
        house.suite_id,
        house.case_ids[1],
        {"prompt": f"Of version {house.told()[0]}, {len(house.versions)}"},
    )


def delete_case(house: House) -> None:
    house.service.cases.delete(house.ada, house.suite_id, house.case_ids[1])


def turn_around(house: House) -> None:
    house.service.cases.order(house.ada, house.suite_id, house.case_ids[::-1])


def other_tools(house: House) -> None:
    tools = house.service.get(house.ada, house.suite_id).tools
    house.service.change(house.ada, house.suite_id, {"tools": [*tools, tool(f"other_{len(tools)}")]})


def other_prompt(house: House) -> None:
    before = house.service.get(house.ada, house.suite_id).system_prompt
    house.service.change(house.ada, house.suite_id, {"system_prompt": f"{before} Really."})


@pytest.mark.parametrize(
    "change",
    [add_case, change_case, delete_case, turn_around, other_tools, other_prompt],
    ids=lambda f: f.__name__,
)
def test_each_change_after_a_run_makes_the_next_version_once(
    house: House, change: Callable[[House], None]
) -> None:
    change(house)
    assert house.told() == (1, False)  # nobody has seen what it was
    first = house.run()
    change(house)
    assert house.told() == (2, True)
    add_case(house)
    assert house.told() == (2, True)
    second = house.run()
    assert (first.version, second.version) == (1, 2)
    assert house.told() == (2, False)
    assert house.frozen(first.version_id) == first
    assert [version[:2] for version in house.versions] == [(2, 1), (1, 1)]


def test_what_is_changed_back_is_the_version_that_it_was(house: House) -> None:
    first = house.run()
    turn_around(house)
    assert house.told() == (2, True)
    turn_around(house)
    again = house.run()
    assert (again.version_id, again.version) == (first.version_id, 1)
    assert house.told() == (1, False)
    add_case(house)
    assert house.told() == (2, True)


def test_a_version_is_told_by_the_name_that_its_suite_has_now(house: House) -> None:
    first = house.run()
    house.service.change(house.ada, house.suite_id, {"name": "Other", "description": "Now"})
    again = house.run()
    assert (again.version_id, again.suite.name, again.suite.description) == (first.version_id, "Other", "Now")
    house.service.cases.delete(house.ada, house.suite_id, house.case_ids[2])
    house.service.cases.add(house.ada, house.suite_id, [case("Oslo")], "")
    same = house.run()  # of the same cases, of which one is kept anew
    assert (same.version_id, list(same.case_ids)) == (first.version_id, house.case_ids)
    assert same.case_ids[2] != first.case_ids[2]


def test_a_deleted_suite_leaves_what_runs_were_on(house: House) -> None:
    used = house.run()
    add_case(house)
    unused = house.run()
    del house.runs.of[unused.version_id]
    house.service.delete(house.ada, house.suite_id)
    assert house.frozen(used.version_id).suite == used.suite
    with pytest.raises(NotFoundError, match="no such version"):
        house.frozen(unused.version_id)
    with pytest.raises(NotFoundError, match="no such suite"):
        house.draft()


def test_a_version_of_others_is_not_there(house: House) -> None:
    found, bob = house.run(), add_user(house.database, "bob@example.org")
    assert house.frozen(found.version_id) == found  # known, and still not told to others
    with pytest.raises(NotFoundError, match="no such version"):
        house.frozen(found.version_id, bob)
    with pytest.raises(NotFoundError, match="no such suite"):
        house.service.draft(bob.id, house.suite_id)


def test_a_suite_that_changes_before_the_run_is_kept_is_the_next_version_already(
    house: House, clock: SettableClock
) -> None:
    draft = house.draft()
    clock.move(seconds=1)
    add_case(house)
    first = house.run_on(draft)
    assert (first.version, len(first.case_ids), house.told()) == (1, 3, (2, True))
    draft = house.draft()
    clock.move(seconds=1)
    delete_case(house)
    second, third = house.run_on(draft), house.run()
    assert [(one.version, len(one.case_ids)) for one in (second, third)] == [(2, 4), (3, 3)]
    assert house.told() == (3, False)


def test_a_suite_that_is_gone_before_the_run_is_kept_is_no_version(house: House) -> None:
    draft = house.draft()
    house.service.delete(house.ada, house.suite_id)
    with pytest.raises(NotFoundError, match="no such suite"):
        house.run_on(draft)


def test_what_is_only_read_is_no_version(house: House) -> None:
    house.draft()
    assert (house.versions, house.told()) == ([], (1, False))


def test_versions_are_kept_in_memory_a_few_at_a_time(house: House) -> None:
    found = []
    for _ in range(6):
        add_case(house)
        found.append(house.run())
    assert [house.frozen(one.version_id) for one in found] == found
    assert len(house.service._versions._used) == 4


def test_nobody_waits_in_line_for_a_suite_that_is_being_changed(house: House) -> None:
    if not house.database.is_postgres:
        pytest.skip("SQLite has one writer at a time")
    draft = house.draft()
    with house.database.writing() as changing:
        repository.hold_suite(house.database, changing, house.ada.id, house.suite_id)
        with pytest.raises(ConflictError, match="is being changed"):
            house.run_on(draft)
    assert house.run_on(draft).version == 1
