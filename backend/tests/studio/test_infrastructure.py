"""What others than people ask of a site."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from fastapi import Response
from fastapi.testclient import TestClient

from tests.studio.conftest import MakeStudio

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


def test_below_api_nothing_is_kept_unless_an_endpoint_says_so(make_studio: MakeStudio) -> None:
    app = make_studio()

    @app.get("/api/kept")
    def kept() -> Response:
        return Response("{}", headers={"Cache-Control": "private, max-age=60"})

    @app.get("/api/broken")
    def broken() -> None:
        raise RuntimeError("broken")

    app.router.routes[:0] = [app.router.routes.pop(), app.router.routes.pop()]  # before the page
    with TestClient(app, raise_server_exceptions=False) as client:
        told = {path: client.get(path).headers.get("cache-control") for path in PATHS}
    assert told == PATHS


PATHS = {
    "/api/kept": "private, max-age=60",
    "/api/broken": "no-store",
    "/api/nothing": "no-store",
    "/api/auth/options": "no-store",
    "/healthz": None,
}


def test_names_with_dots_in_the_pages_addresses_are_no_files(make_studio: MakeStudio, tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "index.html").write_text("<title>the page</title>")
    with TestClient(make_studio()) as client:
        for path in ("/studio/models/demo/gpt-5.2", "/studio/models/own/llama.cpp/qwen.gguf"):
            assert client.get(path).text == "<title>the page</title>"
        for path in ("/gpt-5.2", "/chart/gpt-5.2", "/api/studio/gpt-5.2"):
            assert client.get(path).status_code == 404
