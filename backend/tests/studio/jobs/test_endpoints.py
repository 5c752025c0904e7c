"""`/api/jobs` over HTTP."""

import json

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from src.studio.jobs.job import Job
from tests.studio.conftest import sign_up

Headers = dict[str, str]


@pytest.fixture
def ada(studio: TestClient) -> Headers:
    """Return the headers of an administrator."""
    return sign_up(studio)


@pytest.fixture
def bob(studio: TestClient, ada: Headers) -> Headers:
    """Return the headers of somebody else."""
    return sign_up(studio, "bob@example.com")


def submit(client: TestClient, headers: Headers, **params: object) -> Job:
    """Submit a job for whoever has these headers, as features do."""
    app = client.app
    assert isinstance(app, FastAPI)
    services = app.state.studio
    owner = services.accounts.user_of_token(headers["Authorization"].removeprefix("Bearer ")).user
    return services.jobs.submit(owner, "benchmark", params)


def test_a_job_is_told_in_the_names_of_old(studio: TestClient, bob: Headers) -> None:
    job = submit(studio, bob, runs=3)
    row = studio.get(f"/api/jobs/{job.id}", headers=bob).json()
    assert json.loads(row.pop("params_json")) == {"runs": 3}
    assert row == {
        "id": job.id,
        "user_id": job.user_id,
        "job_type": "benchmark",
        "status": "pending",
        "progress_pct": 0,
        "progress_detail": "Waits for a worker.",
        "result_ref": job.id,
        "result_type": "benchmark",
        "error_msg": None,
        "created_at": "2026-11-20T12:00:00.000Z",
        "started_at": None,
        "completed_at": None,
        "timeout_at": None,
        "timeout_seconds": 7200,
        "seq": 1,
    }
    assert studio.get("/api/jobs", headers=bob).json()["jobs"][0]["id"] == job.id


def test_jobs_are_listed_by_state_and_in_parts(studio: TestClient, bob: Headers) -> None:
    made = [submit(studio, bob).id for _ in range(3)]
    listed = studio.get("/api/jobs?status=pending,queued&limit=2", headers=bob).json()
    assert [row["id"] for row in listed["jobs"]] == [made[2], made[1]]
    rest = studio.get("/api/jobs", params={"cursor": listed["next_cursor"]}, headers=bob).json()
    assert [row["id"] for row in rest["jobs"]] == [made[0]]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize(
    "query", ["status=asleep", "cursor=x", f"cursor={2**63}", "cursor=-1", "limit=0", "limit=201"]
)
def test_what_cannot_be_listed_is_said_in_a_sentence(studio: TestClient, bob: Headers, query: str) -> None:
    answer = studio.get(f"/api/jobs?{query}", headers=bob)
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_parameter"
    assert answer.json()["detail"].startswith(query.partition("=")[0])


def test_a_job_is_cancelled_once(studio: TestClient, bob: Headers) -> None:
    job = submit(studio, bob)
    answer = studio.post(f"/api/jobs/{job.id}/cancel", headers=bob)
    assert answer.json() == {"status": "ok", "message": "The job was cancelled.", "was_orphan": False}
    assert studio.post(f"/api/jobs/{job.id}/cancel", headers=bob).status_code == 400
    assert studio.get(f"/api/jobs/{job.id}", headers=bob).json()["status"] == "cancelled"


def test_jobs_of_others_are_not_there(studio: TestClient, ada: Headers, bob: Headers) -> None:
    job = submit(studio, ada)
    assert studio.get("/api/jobs", headers=bob).json()["jobs"] == []
    assert studio.get(f"/api/jobs/{job.id}", headers=bob).status_code == 404
    assert studio.post(f"/api/jobs/{job.id}/cancel", headers=bob).status_code == 404


def test_administrators_see_and_cancel_what_all_have_under_way(
    studio: TestClient, ada: Headers, bob: Headers
) -> None:
    job = submit(studio, bob)
    (row,) = studio.get("/api/admin/jobs", headers=ada).json()["jobs"]
    assert (row["id"], row["user_email"]) == (job.id, "bob@example.com")
    assert studio.get("/api/admin/jobs", headers=bob).status_code == 403
    assert studio.post(f"/api/admin/jobs/{job.id}/cancel", headers=bob).status_code == 403
    assert studio.post(f"/api/admin/jobs/{job.id}/cancel", headers=ada).status_code == 200
    assert studio.get("/api/admin/jobs", headers=ada).json()["jobs"] == []


def test_the_rest_of_the_hours_allowance_is_told(studio: TestClient, bob: Headers) -> None:
    submit(studio, bob)
    told = studio.get("/api/user/rate-limit", headers=bob).json()
    assert told == {"limit": 20, "remaining": 19, "window": "1 hour"}


@pytest.mark.parametrize("path", ["/api/jobs", "/api/jobs/x", "/api/admin/jobs", "/api/user/rate-limit"])
def test_strangers_are_told_nothing(studio: TestClient, path: str) -> None:
    assert studio.get(path).status_code == 401
