"""The same question gets the same answer, to the last digit."""

from typing import Any

import pytest

from tests.contract.dashboard import RANGE_ENDPOINTS, Dashboard
from tests.contract.period import Period

TIMES = 5


def without_age(answer: dict[str, Any]) -> dict[str, Any]:
    return answer | {"meta": answer["meta"] | {"as_of": None}}


@pytest.mark.parametrize("path", RANGE_ENDPOINTS)
def test_an_answer_repeats_itself(dashboard: Dashboard, everything: Period, path: str) -> None:
    first, *others = (without_age(dashboard.get(path, everything)) for _ in range(TIMES))
    assert [other == first for other in others] == [True] * (TIMES - 1)


@pytest.mark.parametrize("path", RANGE_ENDPOINTS)
def test_csv_repeats_itself(dashboard: Dashboard, everything: Period, path: str) -> None:
    assert len({dashboard.csv(path, everything) for _ in range(TIMES)}) == 1
