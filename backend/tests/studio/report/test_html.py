"""The report of a run: one page that needs nothing else, and that nothing from outside can change."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from src.studio.report.html import report_html
from src.studio.report.words import UNKNOWN
from tests.studio.report.made import point, record, statistics, summary, sweep

FRONTEND = Path(__file__).parents[4] / "frontend" / "src" / "styles"
VOID = {"meta", "link", "br", "hr", "img", "input"}
EVIL = "</title><script>alert(1)</script>\"'&<img src=x onerror=alert(1)>"


class Page(HTMLParser):
    """What a browser would make of it: the elements, their attributes, and the text of each kind."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.words: dict[str, str] = {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        for tag in self.open:
            self.words[tag] = self.words.get(tag, "") + data

    @property
    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}

    def count(self, tag: str, kind: str = "") -> int:
        """Return how many elements there are of a tag, with a class."""
        return sum(
            name == tag and (not kind or kind in (attributes.get("class") or "").split())
            for name, attributes in self.elements
        )


def text_of(page: str) -> str:
    """Return what is read."""
    return Page(page).words.get("body", "")


def replaced(value: Any, by: Any) -> Any:
    """Return the same with every text replaced."""
    if isinstance(value, dict):
        return {name: replaced(item, by) for name, item in value.items()}
    if isinstance(value, list):
        return [replaced(item, by) for item in value]
    return by if isinstance(value, str) else value


def whole() -> dict[str, Any]:
    """Return a summary with something in every place."""
    errors = [{"kind": "http_503", "count": 2, "example": "The provider is busy."}]
    broken = point("flaky", 8, statistics=statistics([20.0, 21.0], errors=errors))
    target = {"model": "fast", "model_id": "fast", "provider": "Mock", "through": "gateway", "route": "sdk"}
    skipped = {"model_id": "huge", "provider_key": "mock", "context_tokens": 5000, "reason": "It does not fit."}
    change = {"param": "top_k", "original": "4", "adjusted": None, "action": "drop", "reason": "Not known."}
    found = sweep()
    return found | {
        "points": [*found["points"], broken],
        "targets": [target],
        "skipped": [skipped],
        "adjustments": [{"model_id": "fast", "provider": "Mock", "adjustments": [change]}],
        "measured": {"client_limited": True, "lag_p99_ms": 7.5, "notes": ["At most 4 at once."]},
        "notes": ["Its own definitions."],
        "error": "It was stopped.",
    }


def test_a_report_is_a_page_of_its_own_with_the_sentence_first() -> None:
    page = report_html(sweep(), [record(number) for number in range(20)])
    parsed = Page(page)
    assert parsed.unbalanced == []
    assert parsed.open == []
    assert parsed.words["title"].startswith("Nightly")
    assert parsed.words["h1"] == "fast answers first: 21 ms, p95 26 ms; n = 40."
    assert parsed.tags.isdisjoint({"script", "link", "img", "iframe", "object"})
    assert not re.search(r"url\(|@import|https?://|\bsrc=", page)
    assert {attributes["href"] for tag, attributes in parsed.elements if tag == "use"} <= {
        "#ring",
        *(f"#mark-{at}" for at in range(5)),
    }


@pytest.mark.parametrize("tool", ["bench", "aiperf", EVIL])
@pytest.mark.parametrize("state", ["done", "failed", EVIL])
def test_nothing_from_outside_is_ever_an_element(tool: str, state: str) -> None:
    plain = whole() | {"tool": tool, "state": state}
    requests = [record(number, status="error") for number in range(3)]
    honest, evil = (
        Page(report_html(replaced(plain, by) | {"tool": tool, "state": state}, replaced(requests, by)))
        for by in ("harmless", EVIL)
    )
    assert evil.unbalanced == []
    assert [tag for tag, _ in evil.elements] == [tag for tag, _ in honest.elements]
    names = [sorted(attributes) for _, attributes in evil.elements]
    assert names == [sorted(attributes) for _, attributes in honest.elements]
    assert "<script>alert(1)</script>" in evil.words["body"]


def test_each_chart_has_a_name_units_and_the_same_figures_as_a_table() -> None:
    parsed = Page(report_html(sweep(), [record(number) for number in range(20)]))
    charts = [
        attributes for tag, attributes in parsed.elements if tag == "svg" and attributes.get("role") == "img"
    ]
    assert all(attributes.get("aria-label") for attributes in charts)
    names = " / ".join(str(attributes["aria-label"]) for attributes in charts)
    for part in ("Time to first token, p95, by requests at once", "Throughput against latency", "in the order of"):
        assert part in names
    cards = parsed.count("div", "plot")
    assert cards >= parsed.count("details") > 5
    assert {"ms", "requests at once (log)", "per second", "seconds since the first one"} <= _texts(parsed)


def _texts(parsed: Page) -> set[str]:
    return set(_pieces(parsed.words["text"]))


def _pieces(words: str) -> Iterator[str]:
    for name in ("requests at once (log)", "per second", "seconds since the first one", "ms"):
        if name in words:
            yield name


def test_the_knee_the_limit_and_the_front_are_marked() -> None:
    page = report_html(sweep())
    assert "knee of slow: 4 at once" in page
    assert page.count(">limit 400 ms<") == 3  # in each of p50, p95, p99
    assert Page(page).count("use", "front") > 1
    assert "slow keeps up with 4." in text_of(page)
    without = report_html(sweep() | {"knees": [], "settings": {}})
    assert "knee of" not in without
    assert "limit 400" not in without


@pytest.mark.parametrize("bound", ["none_reached", "below"])
def test_what_lies_beyond_the_loads_that_were_tried_is_told_and_not_marked(bound: str) -> None:
    found = sweep()
    found["knees"][0]["is_bound"] = bound
    page = report_html(found)
    assert "knee of slow" not in page
    assert "slow keeps up with 4." in text_of(page)


def test_times_from_the_schedule_are_drawn_where_there_is_one() -> None:
    times = statistics([20.0] * 120) | {"scheduled_ttft_ms": statistics([900.0] * 120)["ttft_ms"]}
    told = "Time to first token, from the schedule, p95"
    for mode, drawn in (("rate", True), ("concurrency", False)):
        points = [
            point(model, load, load_mode=mode, statistics=times) for model in ("fast", "slow") for load in (5, 10)
        ]
        assert (told in report_html(summary(points))) == drawn
        overview = report_html(summary(points[:1]))  # one load makes no chart
        assert (("p95 from schedule" in overview), "900" in text_of(overview)) == (drawn, drawn)


def test_a_time_before_any_in_utc_is_told_as_it_was_given() -> None:
    told = "0001-01-01T00:00:00+14:00"
    assert told in report_html(summary(started_at=told))


def test_what_follows_the_first_sentence_stands_below_it_and_no_knee_is_told_twice() -> None:
    parsed = Page(report_html(sweep() | {"sentence": "fast answers first: 21.5 ms. slow keeps up with 4."}))
    assert parsed.words["h1"] == "fast answers first: 21.5 ms."
    assert parsed.words["header"].count("slow keeps up with 4.") == 1


def test_rates_are_held_against_what_was_sent() -> None:
    points = [point("fast", load, load_mode="rate", request_rate=min(load, 20)) for load in (5, 10, 20, 40)]
    text = text_of(report_html(summary(points)))
    assert "as many as were sent" in text
    assert "requests sent per second (log)" in text


def test_one_model_has_its_percentiles_in_one_chart_and_several_have_one_each() -> None:
    one = [point("fast", load, n=120) for load in (1, 2)]
    two = [*one, *(point("slow", load, n=120) for load in (1, 2))]
    headings = re.compile(r'class="plot-heading">([^<]*)<')
    assert headings.findall(report_html(summary(one))) == []
    assert headings.findall(report_html(summary(two)))[:3] == ["p50", "p95", "p99"]


def test_loads_that_double_are_drawn_by_their_logarithm() -> None:
    doubled = report_html(summary([point("fast", load) for load in (1, 2, 4, 8)]))
    near = report_html(summary([point("fast", load) for load in (1, 2, 3, 4)]))
    assert "requests at once (log)" in doubled
    assert "requests at once (log)" not in near


def test_a_client_at_its_limit_is_told_loudly() -> None:
    limited = {"client_limited": True, "lag_p99_ms": 7.5, "cpu_share": 0.93}
    parsed = Page(report_html(summary(measured=limited)))
    assert parsed.count("div", "warning") == 1
    assert "The measuring machine was at its own limit." in parsed.words["strong"]
    assert "7.5 ms late" in parsed.words["body"]
    assert Page(report_html(summary())).count("div", "warning") == 0


@pytest.mark.parametrize(
    ("state", "told"), [("interrupted", "Interrupted"), ("failed", "The run failed"), ("running", "Still running")]
)
def test_a_run_that_did_not_end_well_says_so(state: str, told: str) -> None:
    text = text_of(report_html(summary(state=state, error="The key was refused.")))
    assert told in text
    assert "The key was refused." in text


def test_measurements_of_others_are_marked_as_theirs() -> None:
    notes = ["Its TPOT includes the time to the first token."]
    text = text_of(report_html(summary(tool="guidellm", tool_version="0.8.1", notes=notes)))
    assert "Measured by GuideLLM 0.8.1." in text
    assert notes[0] in text
    assert "What the words mean" not in text
    assert "What the words mean" in text_of(report_html(summary()))


def test_percentiles_of_too_few_answers_are_greyed() -> None:
    few = Page(report_html(summary([point(n=40)])))
    many = Page(report_html(summary([point(n=100)])))
    assert "n too small" in few.words["td"]
    assert "n too small" not in many.words["td"]


def test_what_is_not_known_is_a_dash() -> None:
    bare = {"model_id": "fast", "provider_key": "mock", "statistics": {"n": 3}}
    parsed = Page(report_html({"points": [bare]}))
    cells = parsed.words["td"]
    assert UNKNOWN in cells
    assert "no answer" in cells
    assert "0.00" not in cells
    assert "$0" not in parsed.words["body"]


def test_errors_are_told_by_kind_with_an_example() -> None:
    errors = [
        {"kind": "http_429", "count": 3, "example": "Too many requests."},
        {"kind": "truncated", "count": 1, "example": "The stream ended early."},
    ]
    figures = statistics([20.0] * 6, errors=errors, n=10, statuses={"success": 6, "error": 3, "truncated": 1})
    text = text_of(report_html(summary([point(statistics=figures, success_count=6, error_count=4)])))
    assert "4 requests of 10 failed" in text
    assert "HTTP 429" in text
    assert "Too many requests." in text
    assert "ended before its answer did" in text


def test_the_timeline_has_the_first_500_requests_that_count_however_they_come() -> None:
    requests = [record(number) for number in range(1200)]
    warmup = [record(0, phase="warmup", request_id="w")]
    read = iter([*reversed(requests), *warmup])
    page = report_html(summary(), read)
    assert list(read) == []
    assert "The first 500 requests" in page
    assert "Of 1,200 in all." in page
    rows = re.search(r'aria-label="The first 500 requests">.*?</table>', page, re.DOTALL)
    assert rows is not None
    assert rows[0].count('<th scope="row"') == 500
    assert "49.901" in rows[0]  # the 500th was sent then


def test_a_distribution_is_drawn_at_the_same_load_for_all() -> None:
    points = [point("fast", 1), point("fast", 64), point("slow", 1), point("other", 64), point("other", 1)]
    text = text_of(report_html(summary(points)))
    assert "1 at once." in text
    assert "64 at once." not in text


@pytest.mark.parametrize("count", [0, 1, 20, 200, 1000])
def test_there_may_be_any_number_of_points(count: int) -> None:
    points = [point(f"model-{at % 100}", 1 + at // 100, n=5) for at in range(count)]
    parsed = Page(report_html(summary(points, sentence=None)))
    assert parsed.unbalanced == []
    told = f"{5 * count:,} of {5 * count:,} requests were answered." if count else "Nothing was measured."
    assert parsed.words["h1"] == told
    assert ("20 of 100 models are drawn" in parsed.words["body"]) == (count >= 200)


@pytest.mark.parametrize(
    "odd",
    [None, True, -1, 0, 1e308, float("nan"), float("inf"), "", "text", "\x00\ud800", [], {}, [[]], [{}], {"a": 1}],
)
def test_whatever_a_summary_holds_there_is_a_report(odd: Any) -> None:
    honest = whole()
    honest["points"] = honest["points"][:2]
    for name in honest:
        parsed = Page(report_html(honest | {name: odd}, [record(), {"scheduled_ns": odd, "end_ns": odd}]))
        assert parsed.unbalanced == []
    first = honest["points"][0]
    for name in first:
        _encoded(report_html(honest | {"points": [first | {name: odd}, *honest["points"][1:]]}))
    for name, metric in product(first["statistics"], ("p50", "p50_interval")):
        changed = first["statistics"] | {name: odd}
        if isinstance(first["statistics"][name], dict):
            changed |= {f"{name}": first["statistics"][name] | {metric: odd}}
        _encoded(report_html(honest | {"points": [first | {"statistics": changed}]}))
    for name in record():
        _encoded(report_html(honest, [record() | {name: odd}, record(1)]))


def _encoded(page: str) -> None:
    assert Page(page).unbalanced == []
    assert page.encode()
    assert "nan" not in re.findall(r'="([^"]*)"', page)


def test_colours_are_those_of_the_page() -> None:
    style = re.search(r"<style>(.*?)</style>", report_html(summary()), re.DOTALL)
    assert style is not None
    known = _declared("tokens.css") | _declared("chartSeries.css")
    light, _, dark = style[1].partition("@media screen and (prefers-color-scheme: dark)")
    dark = dark[: dark.index("html {")]
    for theme, told in (("light", light[: light.index("@media") if "@media" in light else None]), ("dark", dark)):
        own = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", told))
        colors = {name: value for name, value in own.items() if name.startswith(("--color", "--team", "--chart"))}
        assert len(colors) > 60
        assert {name: known[theme, name] for name in colors} == colors


def _declared(file: str) -> dict[tuple[str, str], str]:
    found = {}
    text = (FRONTEND / file).read_text()
    for theme in ("light", "dark"):
        block = re.search(rf"data-theme='{theme}'\] \{{(.*?)\n\}}", text, re.DOTALL)
        assert block is not None
        found |= {(theme, name): value for name, value in re.findall(r"(--[\w-]+):\s*([^;]+);", block[1])}
    return found
