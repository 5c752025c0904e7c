"""The page on Studio names the endpoints and metrics of jobs."""

from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

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


def test_every_metric_of_jobs_is_in_the_table_with_its_labels(studio: TestClient) -> None:
    submit(studio, sign_up(studio))
    told = {
        sample.name: set(sample.labels)
        for family in text_string_to_metric_families(studio.get("/metrics").text)
        for sample in family.samples
        if sample.name.startswith("studio_")
    }
    rows = STUDIO.rows("metric of jobs", "labels", "tells")
    listed = {name: set(names(row["labels"])) for row in rows for name in names(row["metric of jobs"])}
    assert listed.pop("studio_worker_heartbeat_age_seconds") == set()  # there is no worker here
    assert listed == told
