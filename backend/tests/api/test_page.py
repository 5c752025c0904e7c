"""The built page: its files, its own addresses, and nothing beside it."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import MakeApp
from tests.api.test_error_table import assert_error

INDEX = "<!doctype html><title>Leaderboard</title>"
SECRET = "outside of the page"


@pytest.fixture
def page(make_app: MakeApp, tmp_path: Path) -> TestClient:
    """Return a client of an app with a page, and a secret right beside it."""
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text(INDEX)
    (dist / "favicon.svg").write_text("<svg/>")
    (dist / "assets" / "index-abc123.js").write_text("export {}")
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "dist-secret").write_text(SECRET)
    (tmp_path / ".env").write_text(SECRET)
    return TestClient(make_app(dist=dist), raise_server_exceptions=False)


@pytest.mark.parametrize(
    "path", ["/", "/leaderboard", "/chart", "/chart/", "/leaderboard?search=red", "/any/where"]
)
def test_the_pages_own_addresses_are_its_index(page: TestClient, path: str) -> None:
    response = page.get(path)
    assert (response.status_code, response.text) == (200, INDEX)
    assert response.headers["content-type"].startswith("text/html")
    assert response.headers["cache-control"] == "no-cache, must-revalidate"


def test_files_with_a_hash_in_their_name_are_kept_for_ever(page: TestClient) -> None:
    response = page.get("/assets/index-abc123.js")
    assert response.text == "export {}"
    assert response.headers["content-type"].startswith("text/javascript")
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_other_files_are_asked_for_again(page: TestClient) -> None:
    response = page.get("/favicon.svg")
    assert (response.text, response.headers["cache-control"]) == ("<svg/>", "no-cache, must-revalidate")
    etag = response.headers["etag"]
    assert page.get("/favicon.svg", headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("path", ["/assets/index-old.js", "/missing.png", "/robots.txt", "/chart/x.map"])
def test_a_file_that_is_not_there_is_a_404_and_not_the_index(page: TestClient, path: str) -> None:
    response = page.get(path)
    assert_error(response, 404, "not_found", "There is nothing at this address.")


OUTSIDE = [
    "/../secret",
    "/..%2fsecret",
    "/%2e%2e/secret",
    "/%2e%2e%2fsecret",
    "/assets/../../secret",
    "/assets/..%2f..%2fsecret",
    "/..%5csecret",
    "/....//secret",
    "/../dist-secret",
    "/..%2f.env",
    "//etc/passwd",
    "/%2fetc%2fpasswd",
    "/%00",
    "/secret%00.js",
    "/" + "x" * 5000,
]


@pytest.mark.parametrize("path", OUTSIDE)
def test_nothing_outside_of_the_page_is_served(page: TestClient, path: str) -> None:
    response = page.get(f"http://testserver{path}")
    assert SECRET not in response.text
    assert "root:" not in response.text
    assert response.status_code in {200, 404}
    assert response.status_code == 404 or response.text == INDEX


def test_a_link_out_of_the_page_is_not_followed(page: TestClient, tmp_path: Path) -> None:
    (tmp_path / "dist" / "assets" / "link.txt").symlink_to(tmp_path / "secret")
    assert page.get("/assets/link.txt").status_code == 404


def test_the_api_goes_before_the_page(page: TestClient) -> None:
    assert page.get("/health").json() == {"status": "ok"}
    assert page.get("/tokens").headers["content-type"] == "application/json"
    assert page.get("/tokens/nothing").status_code == 404


def test_the_page_is_not_written_to(page: TestClient) -> None:
    assert_error(page.post("/"), 405, "method_not_allowed", "This address does not take this method.")


def test_without_a_page_its_address_says_how_to_build_it(make_app: MakeApp, tmp_path: Path) -> None:
    response = TestClient(make_app(dist=tmp_path / "nothing")).get("/")
    assert response.status_code == 404
    assert "make build" in response.text
