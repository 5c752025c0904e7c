"""The page on Studio names the endpoints and metrics of jobs, and Grafana shows the latter."""

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert

from src.studio.jobs import repository
from src.studio.jobs.tables import workers
from tests.api.test_metrics import GIVEN_LABELS, queries
from tests.docs.markdown import PAGES, names
from tests.studio.conftest import sign_up
from tests.studio.jobs.test_endpoints import submit

STUDIO = PAGES["studio.md"]


def test_every_endpoint_of_jobs_is_in_the_table(studio: TestClient) -> None:
    assert isinstance(studio.app, FastAPI)
    paths = studio.app.openapi()["paths"]
    there = {f"{method.upper()} {path}" for path in paths for method in paths[path] if "/jobs" in path}
    there.add("GET /api/user/rate-limit")
    rows = STUDIO.rows("endpoint of jobs", "who", "does")
    assert {name for row in rows for name in names(row["endpoint of jobs"])} == there


@pytest.fixture
def told(studio: TestClient) -> dict[str, set[str]]:
    """Return the metrics of Studio with their labels, where there is something of each."""
    submit(studio, sign_up(studio))
    assert isinstance(studio.app, FastAPI)
    services = studio.app.state.studio
    now = services.clock()
    with services.database.writing() as connection:
        connection.execute(insert(workers).values(id="0", host="", pid=1, started_at=now, heartbeat_at=now))
        repository.count_calls(services.database, connection, "benchmark", ["success"])
    return {
        sample.name: set(sample.labels)
        for family in text_string_to_metric_families(studio.get("/metrics").text)
        for sample in family.samples
        if sample.name.startswith("studio_")
    }


def test_every_metric_of_jobs_is_in_the_table_with_its_labels(told: dict[str, set[str]]) -> None:
    rows = STUDIO.rows("metric of jobs", "labels", "tells")
    assert {name: set(names(row["labels"])) for row in rows for name in names(row["metric of jobs"])} == told


def test_the_dashboard_shows_all_of_them_by_labels_that_they_have(told: dict[str, set[str]]) -> None:
    asked = [query for query in queries() if "studio_" in query]
    assert {name for query in asked for name in re.findall(r"\bstudio_\w+", query)} == told.keys()
    for query in asked:
        (name,) = re.findall(r"\bstudio_\w+", query)
        grouped = re.findall(r"\bby \(([^)]*)\)", query)
        used = {label.strip() for group in grouped for label in group.split(",")}
        used |= set(re.findall(r"(\w+)\s*=~?", query))
        assert used <= told[name] | GIVEN_LABELS, query
