"""The demo gateway's spend logs: the single requests behind the daily activity."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from src.demo.teams import TEAMS
from src.demo.traffic import TrafficGenerator

PAST_DAY = ("2026-11-19", "2026-11-19 23:59:59")


def parsed(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


@pytest.mark.parametrize("day", ["2026-11-19", "2026-11-20"], ids=["past day", "today"])
def test_activity_and_logs_agree_to_the_token(activity: Any, all_logs: Any, day: str) -> None:
    rows = all_logs(day, f"{day} 23:59:59")
    (usage,) = activity(day, day)["results"]
    logged: dict[str, Counter[str]] = {}
    for row in rows:
        failed = row["status"] == "failure"
        logged.setdefault(row["team_id"], Counter()).update(
            prompt_tokens=row["prompt_tokens"],
            completion_tokens=row["completion_tokens"],
            total_tokens=row["total_tokens"],
            api_requests=1,
            failed_requests=failed,
            successful_requests=not failed,
            cache_read_input_tokens=row["metadata"]["additional_usage_values"]["cache_read_input_tokens"],
        )
    told = {
        name: Counter({figure: entity["metrics"][figure] for figure in logged[name]})
        for name, entity in usage["breakdown"]["entities"].items()
    }
    assert told == logged
    assert len(told) == 12
    assert sum(row["spend"] for row in rows) == pytest.approx(usage["metrics"]["spend"], abs=1e-9)


def test_models_and_keys_agree_too(activity: Any, all_logs: Any) -> None:
    rows = all_logs(*PAST_DAY)
    (usage,) = activity("2026-11-19", "2026-11-19")["results"]
    by_model_and_key = Counter[tuple[str, str]]()
    for row in rows:
        if row["model_group"]:
            by_model_and_key[row["model_group"], row["api_key"]] += row["total_tokens"]
    assert by_model_and_key == {
        (name, key): leaf["metrics"]["total_tokens"]
        for name, group in usage["breakdown"]["model_groups"].items()
        for key, leaf in group["api_key_breakdown"].items()
    }


def test_requests_come_newest_first_and_each_once(all_logs: Any) -> None:
    rows = all_logs(*PAST_DAY)
    starts = [parsed(row["startTime"]) for row in rows]
    assert starts == sorted(starts, reverse=True)
    assert len({row["request_id"] for row in rows}) == len(rows)


def test_nothing_has_ended_after_now(clock: Any, all_logs: Any) -> None:
    rows = all_logs("2026-11-20", "2026-11-21 23:59:59")
    assert rows
    assert max(parsed(row["endTime"]) for row in rows) <= clock.now
    assert clock.now - parsed(rows[0]["startTime"]) < timedelta(minutes=2)


def test_a_request_appears_when_it_ends(clock: Any, all_logs: Any) -> None:
    earlier = {row["request_id"] for row in all_logs("2026-11-20", "2026-11-20 23:59:59")}
    before, clock.now = clock.now, clock.now + timedelta(minutes=10)
    new = [row for row in all_logs("2026-11-20", "2026-11-20 23:59:59") if row["request_id"] not in earlier]
    assert new
    assert all(before < parsed(row["endTime"]) <= clock.now for row in new)


def test_a_request_over_midnight_belongs_to_the_day_on_which_it_started(clock: Any, all_logs: Any) -> None:
    owls = next(team for team in TEAMS if team.slug == "owls")
    day, latest = next(
        (day, latest)
        for day in (date(2026, 11, 19) - timedelta(days=back) for back in range(100))
        if (latest := max(request.end for request in TrafficGenerator(owls).requests(day))) > 86_400_000
    )
    ids = []
    midnight = datetime.combine(day, time(), UTC)
    for moment in (latest - 1, latest):
        clock.now = midnight + timedelta(milliseconds=moment)
        ids.append({row["request_id"] for row in all_logs(f"{day}", f"{day} 23:59:59", team_id=owls.team_id)})
    assert ids[0] < ids[1]


def test_touching_windows_hold_what_the_whole_holds(logs: Any) -> None:
    whole = logs("2026-11-19 10:00:00", "2026-11-19 11:00:00")
    halves = [
        logs("2026-11-19 10:00:00", "2026-11-19 10:30:00"),
        logs("2026-11-19 10:30:00", "2026-11-19 11:00:00"),
    ]
    assert whole["total"] < 1000
    assert {row["request_id"] for half in halves for row in half["data"]} == {
        row["request_id"] for row in whole["data"]
    }


def test_a_bare_date_means_its_midnight(logs: Any) -> None:
    assert logs("2026-11-19", "2026-11-19")["total"] == 0
    assert logs("2026-11-18", "2026-11-19") == logs("2026-11-18 00:00:00", "2026-11-19 00:00:00")


def test_one_team_can_be_asked_for(logs: Any, all_logs: Any) -> None:
    team = TEAMS[3].team_id
    assert all_logs(*PAST_DAY, team_id=team) == [row for row in all_logs(*PAST_DAY) if row["team_id"] == team]
    assert logs(*PAST_DAY, team_id="nobody")["total"] == 0


def test_the_total_is_capped_and_says_so(logs: Any) -> None:
    window = ("2026-11-09", "2026-11-20")
    first = logs(*window)
    assert (first["total"], first["total_pages"], first["total_is_capped"]) == (10_000, 10, True)
    assert len(logs(*window, page=25)["data"]) == 1000


def test_page_figures_describe_the_window(logs: Any) -> None:
    page = logs(*PAST_DAY, page=2, page_size=700)
    assert (page["page"], page["page_size"], len(page["data"])) == (2, 700, 700)
    assert page["total_pages"] == -(-page["total"] // 700)
    assert page["total_is_capped"] is False


def test_failures_say_why(all_logs: Any) -> None:
    raccoons = next(team for team in TEAMS if team.slug == "raccoons")
    failed = [row for row in all_logs(*PAST_DAY, team_id=raccoons.team_id) if row["status"] == "failure"]
    codes = Counter(row["metadata"]["error_information"]["error_code"] for row in failed)
    assert codes.most_common(1)[0][0] == "429"


@pytest.mark.parametrize("params", [{"page_size": 1001}, {"page_size": 0}, {"page": 0}, {"page": "x"}])
def test_paging_beyond_the_limits_is_a_422(client: TestClient, params: dict[str, Any]) -> None:
    answer = client.get("/spend/logs/v2", params={"start_date": "2026-11-18", "end_date": "2026-11-19", **params})
    assert answer.status_code == 422
    (problem,) = answer.json()["detail"]
    assert problem["loc"] == ["query", next(iter(params))]


@pytest.mark.parametrize("bad", ["2026.11.19", "2026-11-19T10:00:00", "soon"])
def test_a_moment_that_is_spelt_otherwise_is_refused(client: TestClient, bad: str) -> None:
    answer = client.get("/spend/logs/v2", params={"start_date": bad, "end_date": "2026-11-20"})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "400"
    assert bad in answer.json()["error"]["message"]


def test_a_missing_window_is_refused(client: TestClient) -> None:
    answer = client.get("/spend/logs/v2")
    assert answer.status_code == 400
    assert set(answer.json()["error"]) == {"message", "type", "param", "code"}
