"""Options that cannot be carried out are refused in one sentence, before anything is sent."""

from collections.abc import Callable
from pathlib import Path

import pytest

from src.studio.bench.options import read_options
from tests.studio.bench.conftest import KEY

Refused = Callable[..., str]

HERE = ("--base-url", "http://127.0.0.1:9/v1", "--model", "m")


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
        assert line.startswith("bench: ")
        assert line.endswith(". See bench --help.")
        return line.removeprefix("bench: ").removesuffix(". See bench --help.")

    return sentence


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--rate", "x"], "--rate: 'x' is no number from 0.01 to 10,000"),
        (["--rate", "nan"], "--rate: 'nan' is no number"),
        (["--rate", "0"], "--rate: '0' is no number"),
        (["--concurrency", "1,2,1"], "--concurrency: '1,2,1' has a value twice"),
        (["--concurrency", "2.5"], "--concurrency: '2.5' is no whole number from 1 to 2,000"),
        (["--concurrency", ",".join(map(str, range(1, 23)))], "--concurrency: there may be 20 values at most"),
        (["--requests", "0"], "--requests: '0' is no whole number from 1"),
        (["--requests", "-3"], "--requests"),
        (["--requests", "5", "--duration", "5"], "--requests and --duration both say when to end"),
        (["--concurrency", "2", "--rate", "3"], "--concurrency and --rate are two kinds of load"),
        (["--rate", "3", "--sweep"], "--rate and --sweep are two kinds of load"),
        (["--sweep", "tokens"], "--sweep: invalid choice: 'tokens'"),
        (["--sweep", "--sweep-start", "1.5"], "--sweep-start: people come in whole numbers"),
        (["--sweep", "rate", "--sweep-start", "9", "--sweep-most", "3"], "--sweep-start is above --sweep-most"),
        (["--sweep-most", "3"], "--sweep-most goes with --sweep"),
        (["--arrival", "constant"], "--arrival is about rates"),
        (["--concurrency", "2", "--max-concurrency", "3"], "--max-concurrency is about rates"),
        (["--rate", "2", "--arrival", "constant", "--burstiness", "2"], "--burstiness is about chance"),
        (["--ramp", "2"], "--ramp opens places one after another"),
        (["--concurrency", "2", "--duration", "2", "--ramp", "2"], "--ramp takes as long as all of --duration"),
        (["--model", "m"], "--model names a model twice"),
        (["--model", " "], "--model: a model's name has 1 to 512 characters"),
        (["--slo", "ttft<"], "--slo: “ttft<” is no limit of an SLO"),
        (["--slo", "speed<3"], "--slo: “speed” is no metric of an SLO"),
        (["--fail-if", "ttft_p95"], "--fail-if: 'ttft_p95' is no condition"),
        (["--fail-if", "speed>1"], "--fail-if: 'speed' is not measured"),
        (["--fail-if", "ttft_p42>1"], "--fail-if: 'ttft_p42' is not measured: ttft has p50"),
        (["--fail-if", "ttft_p95>+20%"], "--fail-if: ttft_p95>+20% compares with a --baseline, and there is none"),
        (["--fail-if", "goodput<3"], "--fail-if: goodput<3 counts answers within an --slo, and there is none"),
        (["--fail-if", "cost>3"], "--fail-if: cost>3 needs a --price"),
        (["--price", "cheap"], "--price: 'cheap' is not IN/OUT"),
        (["--price", "other=1/2"], "--price names other, which is none of the models"),
        (["--param", "top_p"], "--param: 'top_p' is not NAME=JSON"),
        (["--param", "stop=now"], "--param: the value of stop is no JSON"),
        (["--param", "model=1"], "--param: model is said by the command itself"),
        (["--param", "max_tokens=1"], "--param: say how long answers may be by --output-tokens"),
        (["--param", "top_p=1", "--param", "top_p=0"], "--param gives a parameter twice"),
        (["--prompt", "a", "--dataset", "b"], "--prompt and --dataset both say what is asked"),
        (["--dataset", "none.jsonl"], "--dataset: none.jsonl cannot be read (No such file or directory)"),
        (["--dataset", "d", "--input-tokens", "5"], "--input-tokens and --dataset both say how long prompts are"),
        (["--skip-broken"], "--skip-broken goes with --dataset"),
        (["--prompt", "  "], "--prompt is empty"),
        (
            ["--api-key-env", "NOT_SET_ANYWHERE"],
            "--api-key-env: the environment variable NOT_SET_ANYWHERE is not set",
        ),
        (["--token-env", "PATH"], "--token-env goes with --server"),
        (["--server", "http://127.0.0.1:9", "--token-env", "PATH"], "give either --base-url"),
        (["--timeout", "soon"], "--timeout: 'soon' is no number"),
        (["--unknown"], "unrecognized arguments: --unknown"),
        (["--conc", "3"], "unrecognized arguments: --conc 3"),
    ],
)
def test_what_cannot_be_carried_out_is_refused(refused: Refused, arguments: list[str], told: str) -> None:
    assert refused(*HERE, *arguments).startswith(told)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--model", "m"], "give either --base-url, where models are called, or --server"),
        (["--base-url", "http://127.0.0.1:9"], "the following arguments are required: --model"),
        (["--base-url", "ftp://a", "--model", "m"], "--base-url: ftp://a is no address that can be called"),
        (["--base-url", "http://a:b@c", "--model", "m"], "--base-url: The address has a name or a password"),
        (["--server", "http://127.0.0.1:9", "--model", "m"], "--server needs --token-env"),
        (
            ["--server", "http://127.0.0.1:9", "--model", "m", "--token-env", "PATH", "--system", "x"],
            "--system is the server's to say",
        ),
    ],
)
def test_what_is_missing_is_named(refused: Refused, arguments: list[str], told: str) -> None:
    assert refused(*arguments).startswith(told)


def test_a_key_on_the_command_line_is_refused_and_not_repeated(refused: Refused) -> None:
    told = refused(*HERE, "--api-key-env", KEY)
    assert told == "--api-key-env: give the name of an environment variable that holds the key"


def test_a_broken_line_of_a_dataset_is_named_and_may_be_left_out(
    refused: Refused, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "asked.jsonl"
    path.write_text('{"prompt": "one"}\n{"prompt": 2}\n{"messages": [{"role": "user", "content": "three"}]}\n')
    assert "Line 2 of the dataset cannot be used" in refused(*HERE, "--dataset", str(path))
    options = read_options([*HERE, "--dataset", str(path), "--skip-broken"])
    assert options.dataset is not None
    assert len(options.dataset.items) == 2
    assert "goes without one line. Line 2 was left out" in capsys.readouterr().err


def test_an_address_may_be_that_of_completions() -> None:
    options = read_options(["--base-url", "http://127.0.0.1:9/v1/chat/completions/", "--model", "m"])
    assert options.base_url == "http://127.0.0.1:9/v1"


def test_prices_are_by_model_or_for_all() -> None:
    options = read_options([*HERE, "--model", "a=b", "--price", "1/2", "--price", "a=b=3/4/1"])
    prices = [options.price_of(model) for model in options.models]
    assert [(price.input_per_mtok, price.output_per_mtok, price.cached_per_mtok) for price in prices if price] == [
        (1, 2, None),
        (3, 4, 1),
    ]
