"""Schemathesis asks every endpoint what its description allows and forbids, and checks each answer by it."""

import datetime as dt
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.fuzz.conftest import NOW

# Days that are neither too many nor in the future; which of two is the first one is left to chance.
DAYS = st.dates(NOW.date() - dt.timedelta(days=300), NOW.date()).map(str)
schemathesis.openapi.format("date", DAYS)

schema = schemathesis.openapi.from_path(Path(__file__).resolve().parents[2] / "openapi.json").exclude(tag="studio")

# Which teams and time zones there are, and which of two days is the first one, is not the schema's to say.
LEFT_OUT: list[Any] = [positive_data_acceptance]


@schema.parametrize()
@settings(max_examples=25, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_answers_are_as_described(case: schemathesis.Case, base_url: str) -> None:
    response = case.call_and_validate(base_url=base_url, excluded_checks=LEFT_OUT)
    assert response.headers["x-request-id"]
