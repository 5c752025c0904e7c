"""The calls that a case wants pass it; and the demo's models make them, as well as their skill has it."""

import asyncio
from collections.abc import Iterator

import pytest

from src.demo.models import MODELS
from src.demo.server import DemoGateway
from src.studio.exchange.asked import AskedModel
from src.studio.exchange.caller import Caller
from src.studio.exchange.conversation import converse
from src.studio.exchange.record import Exchange
from src.studio.exchange.truth import EXAMPLES, NoTruthError, examples_by_heart, truth_of
from src.studio.llm.egress import EgressPolicy
from src.studio.scoring.case import Case, read_case
from src.studio.scoring.score import TurnOutcome, score_case
from src.studio.scoring.toolbox import Toolbox
from src.studio.scoring.verdict import Call
from src.studio.suites.suite import Suite, read_suite

SUITES = [read_suite(path.read_text(encoding="utf-8")).suite for path in sorted(EXAMPLES.glob("*.yaml"))]


def made(case: Case) -> list[TurnOutcome]:
    return [
        TurnOutcome([Call(name, arguments) for calls in rounds for name, arguments in calls])
        for rounds in truth_of(case)
    ]


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_the_truth_passes(suite: Suite) -> None:
    toolbox = Toolbox(suite.tools)
    failed = [case.name for case in suite.cases if not score_case(case, made(case), toolbox).passed]
    assert failed == []


def test_every_way_to_say_what_is_expected_has_a_value() -> None:
    arguments = {
        "a": {"$any": [{"$text": "x", "casefold": True}, 2]},
        "b": {"$number": 0.5, "tolerance": 0.1},
        "c": {"$date": "2026-05-03"},
        "d": {"$contains": "word"},
        "e": {"$multiset": [1, {"$number": 2}]},
        "f": {"$object": {"x": {"$date": "2026-05-03"}, "y": 1}, "optional": ["y"]},
        "g": {"$anything": True},
        "h": {"$literal": {"$any": 1}},
        "i": {"x": [{"$text": "deep"}]},
        "j": 7,
    }
    call = {"tool": ["f", "g"], "arguments": arguments, "optional": ["j"]}
    case = read_case({"prompt": "Do.", "expected_calls": [call]})
    assert truth_of(case) == [
        [
            [
                (
                    "f",
                    {
                        "a": "x",
                        "b": 0.5,
                        "c": "2026-05-03",
                        "d": "word",
                        "e": [1, 2],
                        "f": {"x": "2026-05-03"},
                        "g": "anything",
                        "h": {"$any": 1},
                        "i": {"x": ["deep"]},
                    },
                )
            ]
        ]
    ]


def test_of_a_pattern_nobody_knows_what_it_matches() -> None:
    call = {"tool": "f", "arguments": {"a": {"$pattern": "^x+$"}}}
    with pytest.raises(NoTruthError):
        truth_of(read_case({"prompt": "Do.", "expected_calls": [call]}))


def test_calls_wait_for_one_another_where_results_go_back_and_there_are_rounds_enough() -> None:
    calls = [{"tool": name, "arguments": {}} for name in ("f", "g")]
    case = {"prompt": "Do.", "expected_calls": calls}
    assert truth_of(read_case(case)) == [[[("f", {}), ("g", {})]]]
    assert truth_of(read_case({**case, "multi_turn": True})) == [[[("f", {})], [("g", {})]]]
    assert truth_of(read_case({**case, "multi_turn": True, "max_rounds": 2})) == [[[("f", {}), ("g", {})]]]


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoGateway]:
    """Return the demo gateway, whose models answer at once."""
    for name, model in MODELS.items():
        quick = model._replace(first_token_ms=1, ms_per_token=0, prompt_ms=0, at_once=50)
        monkeypatch.setitem(MODELS, name, quick)
    with DemoGateway(lessons=examples_by_heart) as gateway:
        yield gateway


def share_that_passes(demo: DemoGateway, name: str) -> float:
    async def ask() -> list[bool]:
        async with Caller(EgressPolicy(), at_once=16) as caller:
            asked = [(suite, case, _model(demo, name, suite)) for suite in SUITES for case in suite.cases]
            exchanges = await asyncio.gather(
                *(converse(caller, model, case, suite.tools) for suite, case, model in asked)
            )
        return [_passes(suite, case, found) for (suite, case, _), found in zip(asked, exchanges, strict=True)]

    passed = asyncio.run(ask())
    return sum(passed) / len(passed)


def _model(demo: DemoGateway, name: str, suite: Suite) -> AskedModel:
    address = f"{demo.base_url}/v1"
    return AskedModel("0", "demo", name, address, demo.studio_api_key, system_prompt=suite.system_prompt)


def _passes(suite: Suite, case: Case, found: Exchange) -> bool:
    assert found.status == "answered", found.error
    return score_case(case, found.turns, Toolbox(suite.tools)).passed


def test_a_model_without_mistakes_passes_all(demo: DemoGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MODELS, "claude-opus-4-6", MODELS["claude-opus-4-6"]._replace(mistakes=0))
    assert share_that_passes(demo, "claude-opus-4-6") == 1


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("claude-opus-4-6", 0.9, 0.98),
        ("claude-haiku-4-5", 0.8, 0.92),
        ("qwen3-coder", 0.5, 0.7),
    ],
)
def test_the_examples_tell_the_demo_s_models_apart(
    demo: DemoGateway, name: str, least: float, most: float
) -> None:
    assert least <= share_that_passes(demo, name) <= most
