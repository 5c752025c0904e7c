"""The page on Studio names what there is to ask, and nothing else."""

from pathlib import Path
from typing import TYPE_CHECKING

from tests.docs.markdown import PAGES, names

if TYPE_CHECKING:
    from tests.api.conftest import MakeApp

STUDIO = PAGES["studio.md"]
ENDPOINTS = (
    "endpoint of accounts",
    "endpoint of keys",
    "endpoint of providers",
    "endpoint of jobs",
    "endpoint of benchmarks",
    "endpoint of suites",
    "endpoint of evaluations",
    "endpoint of analytics",
    "endpoint of parameters",
    "endpoint of administration",
)


def test_every_endpoint_of_studio_is_in_a_table(make_app: "MakeApp", tmp_path: Path) -> None:
    app = make_app(studio=True, studio_database_url=f"sqlite:///{tmp_path / 'studio.db'}")
    there = {
        f"{method.upper()} {path}"
        for path, operations in app.openapi()["paths"].items()
        for method in operations
        if path.startswith("/api/")
    }
    listed = [
        name for table in ENDPOINTS for row in STUDIO.rows(table, "who", "does") for name in names(row[table])
    ]
    assert sorted(listed) == sorted(there)
