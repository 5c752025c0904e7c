"""Options that cannot be carried out are refused in one sentence, before anything is sent."""

from collections.abc import Callable
from pathlib import Path

import pytest

from src.studio.eval.options import read_options
from tests.studio.eval.conftest import KEY

Refused = Callable[..., str]

HERE = ("suite.yaml", "--base-url", "http://127.0.0.1:9/v1", "--model", "m")


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Refused:
    """Return what gives the sentence that options are refused with."""
    monkeypatch.chdir(tmp_path)

    def sentence(*arguments: str) -> str:
        with pytest.raises(SystemExit) as ended:
            read_options(arguments)
        assert ended.value.code == 2
        told = capsys.readouterr()
        assert not told.out
        (line,) = told.err.splitlines()
        assert line.startswith("eval: ")
        assert line.endswith(". See eval --help.")
        return line.removeprefix("eval: ").removesuffix(". See eval --help.")

    return sentence


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--repeats", "0"], "--repeats: '0' is no whole number from 1 to 100"),
        (["--model", "m"], "--model names a model twice"),
        (["--tool-choice", "any"], "--tool-choice: invalid choice: 'any'"),
        (["--temperature", "3"], "--temperature: '3' is no number from 0 to 2"),
        (["--param", "tools=[]"], "--param: tools is said by the suite"),
        (["--param", "temperature=1"], "--param: temperature is said by --temperature"),
        (["--param", "model=1"], "--param: model is said by the command itself"),
        (["--param", "top_p=.1.", "--param", "top_k=1"], "--param: the value of top_p is no JSON"),
        (["--param", "top_k=1", "--param", "top_k=2"], "--param gives a parameter twice"),
        (["--system", "@nowhere.txt"], "--system: nowhere.txt cannot be read (No such file or directory)"),
        (["--system", "x" * 50_001], "--system: a system prompt has 50,000 characters at most"),
        (["--system-of", "m"], "--system-of: 'm' is not MODEL=TEXT"),
        (["--system-of", "m=a", "--system-of", "m=b"], "--system-of names a model twice"),
        (["--system-of", "other=a"], "--system-of names other, which is none of the models"),
        (["--price", "other=1/2"], "--price names other, which is none of the models"),
        (["--concurrency", "0"], "--concurrency: '0' is no whole number from 1 to 200"),
        (["--baseline-model", "m"], "--baseline-model goes with --baseline"),
        (["--fail-if", "accuracy<baseline"], "accuracy<baseline compares with a --baseline, and there is none"),
        (["--fail-if", "cost>1"], "--fail-if: cost>1 needs a --price"),
        (["--fail-if", "pass_hat_3<1"], "--fail-if: pass_hat_3<1 needs --repeats 3"),
        (["--fail-if", "pass_hat_21<1", "--repeats", "30"], "--fail-if: pass_hat_21<1: K is 20 at most"),
        (["--fail-if", "pass_at_30<1"], "--fail-if: pass_at_30<1: K is 20 at most"),
        (["--fail-if", "flaky>0"], "--fail-if: flaky>0 needs --repeats 2"),
        (["--fail-if", "accuracy[model=x]<1"], "is about x, which is none of the models"),
        (["--fail-if", "accuracy=1"], "--fail-if: 'accuracy=1' is no condition such as accuracy<0.9"),
        (["--server", "http://127.0.0.1:9"], "give either --base-url, where models are called, or --server"),
        (["--token-env", "EVAL_TEST_KEY"], "--token-env goes with --server"),
        (["--api-key-env", KEY], "give the name of an environment variable that holds the key"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    refused: Refused, monkeypatch: pytest.MonkeyPatch, arguments: list[str], told: str
) -> None:
    monkeypatch.setenv("EVAL_TEST_KEY", KEY)
    sentence = refused(*HERE, *arguments)
    assert told in sentence
    assert KEY not in sentence


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--base-url", "http://h/v1", "--model", "m"], "the following arguments are required: SUITE"),
        (["s.yaml", "--base-url", "http://h/v1"], "the following arguments are required: --model"),
        (["s.yaml", "--model", "m"], "give either --base-url"),
        (["s.yaml", "--server", "http://h", "--model", "m"], "--server needs --token-env"),
    ],
)
def test_what_is_missing_is_named(refused: Refused, arguments: list[str], told: str) -> None:
    assert told in refused(*arguments)


@pytest.mark.parametrize(
    ("option", "told"),
    [
        (["--price", "1/2"], "--price does not go with --server"),
        (["--api-key-env", "T"], "--api-key-env does not go with --server"),
        (["--case", "x"], "--case does not go with --server"),
        (["--concurrency", "33"], "--concurrency is 32 at most with --server"),
        (["--system-of", "m=x"], "--system-of needs --provider with --server"),
        (["--system", ""], "--system cannot be empty with --server, but --system-of can"),
    ],
)
def test_what_is_the_server_s_to_say_is_refused(
    refused: Refused, monkeypatch: pytest.MonkeyPatch, option: list[str], told: str
) -> None:
    monkeypatch.setenv("T", "token")
    there = ("s.yaml", "--server", "http://h", "--token-env", "T", "--model", "m")
    assert refused(*there, *option).startswith(told)


def test_what_is_not_said_is_left_to_the_model_and_the_suite() -> None:
    options = read_options(HERE)
    assert (options.temperature, options.params, options.parallel_tool_calls) == (None, {}, None)
    assert (options.tool_choice, options.streaming, options.profile, options.repeats) == (
        "auto",
        "auto",
        "strict",
        1,
    )
    assert options.system_of("m", "the suite's") == "the suite's"


def test_a_model_s_own_system_prompt_comes_before_that_of_all_and_the_suite_s() -> None:
    options = read_options((*HERE, "--model", "n", "--system", "all", "--system-of", "n=own"))
    assert (options.system_of("m", "the suite's"), options.system_of("n", "the suite's")) == ("all", "own")
    assert read_options((*HERE, "--system", "")).system_of("m", "the suite's") is None
