"""The demo gateway's daily activity: paged, nested and counted as LiteLLM does."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from src.demo.gateway import create_demo_gateway
from src.demo.teams import TEAMS

FIGURES = (
    "prompt_tokens",
    "completion_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "total_tokens",
    "api_requests",
    "successful_requests",
    "failed_requests",
)


def figures(metrics: dict[str, Any]) -> Counter[str]:
    return Counter({name: metrics[name] for name in FIGURES})


def by_group(pages: list[Any]) -> dict[tuple[str, ...], Counter[str]]:
    """Add up every figure of every breakdown over all pages."""
    sums: dict[tuple[str, ...], Counter[str]] = {}
    for day in [day for page in pages for day in page["results"]]:
        sums.setdefault((day["date"],), Counter()).update(figures(day["metrics"]))
        for part, groups in day["breakdown"].items():
            for name, group in groups.items():
                path = (day["date"], part, name)
                sums.setdefault(path, Counter()).update(figures(group["metrics"]))
                for key, leaf in group.get("api_key_breakdown", {}).items():
                    sums.setdefault((*path, key), Counter()).update(figures(leaf["metrics"]))
    return sums


def test_exactly_the_twelve_teams_appear(activity: Any, client: TestClient) -> None:
    listed = {team["team_id"] for team in client.get("/team/list").json()}
    seen = {
        name for day in activity("2026-11-09", "2026-11-20")["results"] for name in day["breakdown"]["entities"]
    }
    assert seen == listed == {team.team_id for team in TEAMS}


def test_a_page_holds_ten_rows_unless_asked_otherwise(client: TestClient, activity: Any) -> None:
    range_ = {"start_date": "2026-11-18", "end_date": "2026-11-18"}
    default = client.get("/team/daily/activity", params=range_).json()
    assert default == activity("2026-11-18", "2026-11-18", page_size=10)
    assert default["metadata"]["total_pages"] > 10


def test_pages_add_up_to_one_big_page(activity: Any) -> None:
    whole = activity("2026-11-17", "2026-11-19")
    first = activity("2026-11-17", "2026-11-19", page_size=90)
    pages = [
        activity("2026-11-17", "2026-11-19", page_size=90, page=page + 1)
        for page in range(first["metadata"]["total_pages"])
    ]
    assert len(pages) > 3
    assert by_group(pages) == by_group([whole])
    assert [page["metadata"]["has_more"] for page in pages] == [True] * (len(pages) - 1) + [False]


def test_a_page_can_end_in_the_middle_of_a_day(activity: Any) -> None:
    pages = [activity("2026-11-18", "2026-11-19", page_size=100, page=page) for page in (1, 2)]
    last, first = pages[0]["results"][-1], pages[1]["results"][0]
    assert last["date"] == first["date"] == "2026-11-19"
    assert last["metrics"] != first["metrics"]


def test_totals_are_those_of_the_page_alone(activity: Any) -> None:
    page = activity("2026-11-16", "2026-11-19", page_size=300, page=2)
    assert len(page["results"]) > 1
    for name in FIGURES:
        total = f"total_{name.removeprefix('total_')}"
        assert page["metadata"][total] == sum(day["metrics"][name] for day in page["results"])


def test_a_page_beyond_the_last_is_empty(activity: Any) -> None:
    page = activity("2026-11-19", "2026-11-19", page=2)
    assert page["results"] == []
    assert page["metadata"]["total_pages"] == 1
    assert page["metadata"]["total_tokens"] == 0


def test_days_come_newest_first(activity: Any) -> None:
    dates = [day["date"] for day in activity("2026-11-10", "2026-11-20")["results"]]
    assert dates == sorted(dates, reverse=True)
    assert len(dates) == 11


@pytest.mark.parametrize("part", ["providers", "endpoints", "api_keys", "entities"])
def test_every_breakdown_adds_up_to_its_day(activity: Any, part: str) -> None:
    for day in activity("2026-11-17", "2026-11-20")["results"]:
        groups = day["breakdown"][part].values()
        assert sum((figures(group["metrics"]) for group in groups), Counter()) == +figures(day["metrics"])
        assert sum(group["metrics"]["spend"] for group in groups) == pytest.approx(
            day["metrics"]["spend"], abs=1e-9
        )


def test_keys_add_up_to_their_group(activity: Any) -> None:
    (day,) = activity("2026-11-19", "2026-11-19")["results"]
    for part in ("models", "model_groups", "providers", "endpoints", "entities"):
        for group in day["breakdown"][part].values():
            leaves = group["api_key_breakdown"].values()
            assert sum((figures(leaf["metrics"]) for leaf in leaves), Counter()) == +figures(group["metrics"])


def test_requests_for_unknown_models_count_for_their_team_but_for_no_model(activity: Any) -> None:
    (day,) = activity("2026-11-19", "2026-11-19")["results"]
    models = sum((figures(group["metrics"]) for group in day["breakdown"]["model_groups"].values()), Counter())
    missing = +(figures(day["metrics"]) - models)
    assert set(missing) == {"api_requests", "failed_requests"}


def test_two_deployments_are_one_model_group(activity: Any) -> None:
    (day,) = activity("2026-11-19", "2026-11-19")["results"]
    models, groups = day["breakdown"]["models"], day["breakdown"]["model_groups"]
    both = figures(models["openai/gpt-5.2"]["metrics"]) + figures(models["azure/gpt-5.2-eu"]["metrics"])
    assert both == +figures(groups["gpt-5.2"]["metrics"])


def test_only_the_teams_asked_for_are_answered(activity: Any) -> None:
    wanted = [TEAMS[2].team_id, TEAMS[5].team_id]
    every = activity("2026-11-18", "2026-11-19")
    some = activity("2026-11-18", "2026-11-19", team_ids=",".join([*wanted, "nobody"]))
    for day, all_of_day in zip(some["results"], every["results"], strict=True):
        assert day["breakdown"]["entities"] == {name: all_of_day["breakdown"]["entities"][name] for name in wanted}


def test_an_unknown_team_has_no_usage(activity: Any) -> None:
    assert activity("2026-11-18", "2026-11-19", team_ids="nobody")["results"] == []


def test_names_stand_beside_teams_and_keys(activity: Any) -> None:
    (day,) = activity("2026-11-19", "2026-11-19")["results"]
    team = TEAMS[0]
    entity = day["breakdown"]["entities"][team.team_id]
    assert entity["metadata"] == {"team_alias": team.alias}
    for key in team.key_list:
        metadata = entity["api_key_breakdown"][key.token]["metadata"]
        assert (metadata["key_alias"], metadata["team_id"]) == (key.alias, team.team_id)


def test_today_grows_while_one_watches(clock: Any, activity: Any) -> None:
    before = activity("2026-11-20", "2026-11-20")["metadata"]["total_api_requests"]
    clock.now += timedelta(minutes=5)
    after = activity("2026-11-20", "2026-11-20")["metadata"]["total_api_requests"]
    assert 0 < before < after


def test_a_past_day_does_not_change_any_more(clock: Any, activity: Any) -> None:
    before = activity("2026-11-19", "2026-11-19")
    clock.now += timedelta(days=20)
    assert activity("2026-11-19", "2026-11-19") == before


def test_days_to_come_are_empty(activity: Any) -> None:
    assert activity("2026-11-21", "2026-11-25")["results"] == []


@pytest.mark.parametrize("now", ["2026-11-22T00:05:00", "2026-11-22T14:00:00", "2026-11-23T00:05:00"])
def test_yesterday_to_today_is_alive_on_a_sunday_and_just_after_midnight(
    clock: Any, activity: Any, now: str
) -> None:
    clock.now = clock.now.fromisoformat(f"{now}+00:00")
    yesterday = (clock.now - timedelta(days=1)).date()
    answer = activity(str(yesterday), str(clock.now.date()))
    active = {name for day in answer["results"] for name in day["breakdown"]["entities"]}
    assert len(active) == 12
    assert answer["metadata"]["total_api_requests"] > 500


def test_any_day_of_the_last_400_answers_and_none_before(activity: Any) -> None:
    assert activity("2025-10-16", "2025-10-16")["metadata"]["total_tokens"] > 0
    assert activity("2025-10-15", "2025-10-15")["results"] == []


def test_two_gateways_tell_the_same(clock: Any, client: TestClient) -> None:
    other = TestClient(create_demo_gateway(clock), headers=dict(client.headers))
    url = "/team/daily/activity?start_date=2026-11-19&end_date=2026-11-20&page=2&page_size=120"
    assert client.get(url).json() == other.get(url).json()


@pytest.mark.parametrize("bad", ["2026.11.19", "2026-11-19T00:00:00Z", "20261119", "2026-13-45", "today", ""])
def test_a_day_that_is_not_spelt_strictly_is_refused(client: TestClient, bad: str) -> None:
    for params in (
        {"start_date": bad, "end_date": "2026-11-19"},
        {"start_date": "2026-11-19", "end_date": bad},
    ):
        answer = client.get("/team/daily/activity", params=params)
        assert answer.status_code == 400
        assert list(answer.json()["detail"]) == ["error"]


def test_a_missing_day_is_refused(client: TestClient) -> None:
    answer = client.get("/team/daily/activity", params={"start_date": "2026-11-19"})
    assert answer.status_code == 400
    assert "end_date" in answer.json()["detail"]["error"]


def test_a_range_backwards_is_empty(activity: Any) -> None:
    assert activity("2026-11-19", "2026-11-18")["results"] == []


@pytest.mark.parametrize("paging", [{"page": 0}, {"page_size": 0}, {"page": -1}])
def test_pages_count_from_one(client: TestClient, paging: dict[str, int]) -> None:
    params = {"start_date": "2026-11-19", "end_date": "2026-11-19", **paging}
    answer = client.get("/team/daily/activity", params=params)
    assert answer.status_code == 400
    assert isinstance(answer.json()["detail"], str)
