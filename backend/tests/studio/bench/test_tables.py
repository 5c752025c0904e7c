"""Tables for terminals, narrow ones too."""

from src.studio.bench.tables import duration, result_lines
from tests.studio.bench.test_judging import around, requests, row


def points() -> list[dict]:
    rows = [
        row(requests(*around(mean, 120), point=name)) for name, mean in (("short@0", 90), ("longer@1000", 2000))
    ]
    return [{"runs": 120, "offered_rate": None, "goodput_share": None, **one} for one in rows]


def test_columns_stand_below_each_other_and_unknown_ones_are_left_out() -> None:
    lines = result_lines(points())
    assert len({len(line) for line in lines}) == 1
    assert [line.partition(" ")[0] for line in lines] == ["point", "short@0", "longer@1000"]
    assert "TTFT p99" in lines[0]
    assert "ITL" not in lines[0]  # of answers without a second chunk there is none
    assert "USD" not in lines[0]


def test_a_narrow_terminal_has_what_matters_most() -> None:
    (head, *_) = lines = result_lines(points(), 60)
    assert max(map(len, lines)) <= 60
    assert "TTFT p50" in head
    assert "TTFT p95" in head
    assert "failed" in head


def test_durations_are_written_as_people_say_them() -> None:
    assert [duration(seconds) for seconds in (0.4, 59.4, 59.6, 190, 3900)] == [
        "0 s", "59 s", "1 min 0 s", "3 min 10 s", "1 h 5 min",
    ]  # fmt: skip


def test_times_of_a_column_have_one_unit_and_as_many_decimals() -> None:
    def column(*means: float) -> list[str]:
        rows = [row(requests(*around(mean, 120), point=f"a@{mean:g}")) for mean in means]
        lines = result_lines([{"runs": 120, "offered_rate": None, "goodput_share": None, **one} for one in rows])
        start = lines[0].index("TTFT p50")
        return [line[: start + len("TTFT p50")].split("  ")[-1].strip() for line in lines[1:]]

    decimals = [cell.removesuffix(" ms").partition(".")[2] for cell in column(9.9, 10.1, 112)]
    assert [len(places) for places in decimals] == [1, 1, 1]
    assert all(cell.endswith(" ms") and "." not in cell for cell in column(112, 4760))
    assert all(cell.endswith(" s") and len(cell.partition(".")[2]) == 4 for cell in column(112, 14760))
