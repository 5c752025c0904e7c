"""What others than people ask of a site."""

from xml.etree import ElementTree as ET

import pytest
from fastapi.testclient import TestClient

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def test_it_says_that_it_answers_and_which_version_it_is(
    studio: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert studio.get("/healthz").json() == {"status": "ok", "version": "dev"}
    monkeypatch.setenv("APP_VERSION", "1.2.3")
    assert studio.get("/healthz").json()["version"] == "1.2.3"


def test_robots_are_told_where_they_are(studio: TestClient) -> None:
    answer = studio.get("/robots.txt", headers={"Host": "board:8000"})
    assert answer.headers["content-type"].startswith("text/plain")
    assert "Disallow: /api/" in answer.text.splitlines()
    assert "Sitemap: http://board:8000/sitemap.xml" in answer.text.splitlines()


def test_the_map_lists_addresses_of_this_site(studio: TestClient) -> None:
    answer = studio.get("/sitemap.xml", headers={"Host": "board:8000"})
    assert answer.headers["content-type"] == "application/xml"
    found = [place.text for place in ET.fromstring(answer.text).iter(f"{NAMESPACE}loc")]  # noqa: S314 - ours
    assert "http://board:8000/studio" in found


def test_below_api_errors_carry_their_sentence_twice(studio: TestClient) -> None:
    answer = studio.get("/api/nothing")
    assert answer.status_code == 404
    assert answer.json()["error"] == answer.json()["detail"]
