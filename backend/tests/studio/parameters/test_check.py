"""What models are sent of parameters: ranges, rules, and values that are none."""

import copy
import math
from typing import Any

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from src.studio.parameters.check import Checked, check
from src.studio.parameters.registry import UNKNOWN, load_registry

REGISTRY = load_registry()
PROVIDERS = sorted(REGISTRY.providers)
MODELS = [
    *(
        "gpt-4o",
        "gpt-5-mini",
        "openai/o3",
        "o1-preview",
        "claude-opus-4",
        "gemini/gemini-3-pro",
        "gemini-2.5-flash",
    ),
    *(
        "deepseek-r1",
        "deepseek-chat",
        "grok-4",
        "xai/grok-3-mini",
        "cohere/command-r",
        "mistral/large",
        "",
        "/",
        "a/b",
    ),
]
PARAMS = sorted({param for params in REGISTRY.providers.values() for param in params} | {"max_completion_tokens"})


def checked(provider: str, model: str, skip: tuple[str, ...] = (), **params: Any) -> Checked:
    return check(REGISTRY, model, provider, params, skip)


def told(result: Checked) -> list[tuple[str, str, Any]]:
    return [(item.param, item.action, item.adjusted) for item in result.adjustments]


@pytest.mark.parametrize(
    ("provider_key", "model_id", "found"),
    [
        ("mistral", "openai/gpt-4o", "mistral"),
        ("anthropic", "anything", "anthropic"),
        (None, "anthropic/claude", "anthropic"),
        ("gateway", "vertex_ai/gemini-3-pro", "gemini"),
        ("my-ollama", "ollama_chat/llama", "ollama"),
        (None, "cohere_chat/command", "cohere"),
        (None, "zai/glm", "openai"),
        ("gateway", "gpt-4o", UNKNOWN),
        (None, "groq/llama", UNKNOWN),
        (None, "openai", UNKNOWN),
    ],
)
def test_the_provider_is_that_of_the_key_or_else_of_the_prefix(
    provider_key: str | None, model_id: str, found: str
) -> None:
    assert check(REGISTRY, model_id, provider_key, {}).provider == found


@pytest.mark.parametrize(
    ("provider", "param", "given", "sent"),
    [
        ("openai", "temperature", 2.5, 2),
        ("anthropic", "temperature", 1.5, 1),
        ("mistral", "temperature", 1.7, 1.5),
        ("cohere", "top_p", 1.0, 0.99),
        ("cohere", "frequency_penalty", -1, 0),
        ("cohere", "presence_penalty", 1.5, 1),
        ("cohere", "max_tokens", 5000, 4096),
        ("gemini", "top_k", 101, 100),
        ("gemini", "max_tokens", 10**30, 65536),
        ("openai", "frequency_penalty", -3, -2),
        ("ollama", "top_k", 0, 1),
        ("openai", "max_tokens", 12.5, 12),
        ("openai", "stop", list("abcde"), list("abcd")),
    ],
)
def test_what_is_out_of_range_is_brought_into_it(provider: str, param: str, given: Any, sent: Any) -> None:
    result = checked(provider, "m", **{param: given})
    assert told(result) == [(param, "clamp", sent)]
    assert (result.resolved, result.valid, result.warnings) == ({param: sent}, False, [])
    assert "takes" in result.adjustments[0].reason


@pytest.mark.parametrize(
    ("provider", "param", "value"),
    [
        ("openai", "temperature", 0),
        ("cohere", "top_p", 0.99),
        ("openai", "stop", "end"),
        ("gemini", "seed", 7),
        ("_unknown", "top_k", 10_000),
        ("openai", "reasoning_effort", "low"),
    ],
)
def test_what_is_taken_is_sent_and_nothing_is_said(provider: str, param: str, value: Any) -> None:
    result = checked(provider, "m", **{param: value})
    assert (result.resolved, result.adjustments, result.valid) == ({param: value}, [], True)


@pytest.mark.parametrize(
    ("provider", "model", "param", "value"),
    [
        ("anthropic", "claude", "frequency_penalty", 0.5),
        ("anthropic", "claude", "seed", 1),
        ("openai", "gpt-4o", "top_k", 5),
        ("xai", "grok-2", "top_k", 5),
        ("deepseek", "deepseek-chat", "top_k", 5),
        ("deepseek", "deepseek-chat", "seed", 5),
        ("deepseek", "deepseek-reasoner", "temperature", 0.5),
        ("deepseek", "deepseek-r1", "top_p", 0.5),
        ("xai", "grok-4", "stop", ["a"]),
        ("xai", "grok-3-mini", "presence_penalty", 1),
        ("mistral", "mistral-large", "top_k", 5),
        ("openai", "gpt-4o", "reasoning_effort", "extreme"),
        ("ollama", "llama", "repetition_penalty", 9),
    ],
)
def test_what_may_not_work_is_sent_with_a_warning(provider: str, model: str, param: str, value: Any) -> None:
    result = checked(provider, model, **{param: value})
    assert told(result) == [(param, "warn", value)]
    assert (result.resolved, result.valid, len(result.warnings)) == ({param: value}, True, 1)


def test_a_model_of_xai_that_does_not_reason_is_not_warned_of() -> None:
    assert checked("xai", "grok-4-fast-non-reasoning", stop="a").adjustments == []


@pytest.mark.parametrize("model", ["gpt-5", "openai/gpt-5-mini", "o1", "o3-mini", "openrouter/openai/o4-mini"])
@pytest.mark.parametrize("provider", ["openai", "gateway"])
def test_models_of_openai_that_reason_have_one_temperature_and_another_limit(provider: str, model: str) -> None:
    result = checked(provider, model, temperature=0.2, max_tokens=100)
    assert result.resolved == {"temperature": 1.0, "max_completion_tokens": 100}
    assert told(result) == [("temperature", "clamp", 1.0), ("max_tokens", "rename", 100)]
    assert checked(provider, model, max_tokens=100).valid
    both = checked(provider, model, max_tokens=100, max_completion_tokens=7)
    assert (both.resolved, told(both)) == ({"max_completion_tokens": 7}, [("max_tokens", "drop", None)])


def test_the_limit_under_another_name_has_the_same_range() -> None:
    assert checked("openai", "o3", max_tokens=10**9).resolved == {"max_completion_tokens": 128_000}
    assert checked("openai", "gpt-4o", max_completion_tokens=0).resolved == {"max_completion_tokens": 1}


def test_other_models_of_that_provider_keep_theirs() -> None:
    for model in ("gpt-4o", "o2-x", "gpt-45", "modo1"):
        assert checked("openai", model, temperature=0.2, max_tokens=100).adjustments == []


def test_gemini_3_is_not_asked_below_a_temperature_of_one() -> None:
    assert told(checked("gemini", "gemini-3-pro", temperature=0.2)) == [("temperature", "clamp", 1.0)]
    assert checked("gemini", "gemini-3-pro", temperature=1.4).adjustments == []
    assert checked("gemini", "gemini-2.5-pro", temperature=0.2).adjustments == []


def test_anthropic_is_sent_a_temperature_or_top_p() -> None:
    both = checked("anthropic", "claude", temperature=0.5, top_p=0.9)
    assert (both.resolved, told(both)) == ({"temperature": 0.5}, [("top_p", "drop", None)])
    assert checked("anthropic", "claude", top_p=0.9).resolved == {"top_p": 0.9}


@pytest.mark.parametrize("asked", [{"thinking": {"type": "enabled"}}, {"reasoning_effort": "low"}])
def test_with_thinking_anthropic_has_one_temperature_no_top_k_and_a_high_top_p(asked: dict[str, Any]) -> None:
    result = checked("anthropic", "claude", temperature=0.5, top_k=5, **asked)
    assert result.resolved == {"temperature": 1.0, **asked}
    assert checked("anthropic", "claude", top_p=0.5, **asked).resolved == {"top_p": 0.95, **asked}


@pytest.mark.parametrize("asked", [{"thinking": {"type": "disabled"}}, {"reasoning_effort": "none"}])
def test_thinking_that_is_turned_off_changes_nothing(asked: dict[str, Any]) -> None:
    result = checked("anthropic", "claude", temperature=0.5, top_k=5, **asked)
    assert result.resolved == {"temperature": 0.5, "top_k": 5, **asked}


@pytest.mark.parametrize(
    ("param", "value", "sentence"),
    [
        ("temperature", "0.5", "It must be a number, not a text."),
        ("temperature", True, "It must be a number, not true or false."),
        ("temperature", math.nan, "It must be a number, not NaN."),
        ("top_p", -math.inf, "It must be a number, not -Infinity."),
        ("max_tokens", [1], "It must be a whole number, not a list."),
        ("seed", {"a": 1}, "It must be a whole number, not an object."),
        ("seed", 10**30, "It holds what JSON cannot say."),
        ("stop", ["a", 1], "It must be a text, or a list of texts, not a list."),
        ("reasoning_effort", 3, "It must be a text, not a number."),
        ("logit_bias", {"a": [math.nan]}, "It holds what JSON cannot say."),
        ("user", "\ud83d", "It holds what JSON cannot say."),
        ("passthrough", "all", "It must be an object, not a text."),
    ],
)
def test_what_is_of_another_type_is_left_out_with_a_sentence(param: str, value: Any, sentence: str) -> None:
    result = checked("gemini", "m", **{param: value})
    assert (result.resolved, result.valid) == ({}, False)
    assert [(item.action, item.reason) for item in result.adjustments] == [("drop", sentence)]
    orjson.dumps([item.to_dict() for item in result.adjustments])


def test_what_is_not_known_is_passed_on_and_so_is_what_is_in_passthrough() -> None:
    result = checked(
        "openai", "gpt-4o", temperature=0.1, verbosity="low", passthrough={"temperature": 9, "x": [1]}
    )
    assert result.resolved == {"temperature": 2, "verbosity": "low", "x": [1]}
    assert sorted(told(result)) == [
        ("temperature", "clamp", 2),
        ("verbosity", "passthrough", "low"),
        ("x", "passthrough", [1]),
    ]
    assert [item["param"] for item in result.changes] == ["temperature"]


def test_null_is_not_sent_and_is_no_fault() -> None:
    result = checked("openai", "gpt-4o", temperature=None, x=None)
    assert (result.resolved, result.adjustments, result.valid) == ({}, [], True)


def test_what_a_model_is_never_to_be_sent_is_left_out_under_any_name() -> None:
    result = checked("openai", "gpt-4o", ("temperature",), temperature=0.5, top_p=0.5)
    assert (result.resolved, told(result)) == ({"top_p": 0.5}, [("temperature", "drop", None)])
    assert checked("openai", "o3", ("max_completion_tokens",), max_tokens=5).resolved == {}


SUPPORT = {
    "provider_defaults": {
        "openai": {
            "display_name": "OpenAI",
            "params": {"temperature": {"max": 1.2}, "top_k": {"supported": True}},
        },
        "groq": {"top_p": {"min": 0.1, "max": 0.5}, "seed": False},
    },
    "model_overrides": {"gpt-5": {"temperature": {"min": 0, "max": 2}}},
}


def test_what_a_user_says_takes_the_place_of_the_registry() -> None:
    mine = REGISTRY.with_support(SUPPORT)
    assert check(mine, "gpt-4o", "openai", {"temperature": 2, "top_k": 5}).resolved == {
        "temperature": 1.2,
        "top_k": 5,
    }
    assert check(mine, "gpt-4o", "openai", {"top_k": 5}).adjustments == []
    assert check(mine, "gpt-5", "openai", {"temperature": 0.3}).adjustments == []
    groq = check(mine, "llama", "groq", {"top_p": 0.9, "seed": 3})
    assert (groq.provider, groq.resolved, len(groq.warnings)) == ("groq", {"top_p": 0.5, "seed": 3}, 1)
    assert check(REGISTRY, "gpt-5", "openai", {"temperature": 0.3}).resolved == {"temperature": 1.0}


JSON_LIKE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.just("\ud83d"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NUMBERS = st.integers(-(10**40), 10**40) | st.floats()


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(PROVIDERS),
    st.sampled_from(MODELS),
    st.dictionaries(
        st.sampled_from(PARAMS) | st.text(max_size=4) | st.just("passthrough"), NUMBERS | JSON_LIKE, max_size=8
    ),
    st.booleans(),
)
@example("openai", "o3", {"max_tokens": 1e300, "seed": 1e300}, False)
@example("anthropic", "claude", {"temperature": 0.2, "top_p": 0.1, "top_k": 3, "reasoning_effort": "low"}, True)
def test_whatever_is_given_what_is_sent_is_in_range_and_stays_so(
    provider: str, model: str, params: dict[str, Any], is_mine: bool
) -> None:
    registry = REGISTRY.with_support(SUPPORT) if is_mine else REGISTRY
    before = copy.deepcopy(params)
    result = check(registry, model, provider, params)
    assert repr(params) == repr(before)
    assert orjson.loads(orjson.dumps(result.resolved)) == result.resolved
    orjson.dumps([item.to_dict() for item in result.adjustments])
    for param, value in result.resolved.items():
        spec = registry.spec(provider, model, param)
        if spec is not None and spec.tier < 3 and isinstance(value, int | float):
            assert not isinstance(value, bool)
            assert spec.min is None or value >= spec.min
            assert spec.max is None or value <= spec.max
    again = check(registry, model, provider, result.resolved)
    assert again.resolved == result.resolved
    assert again.valid
