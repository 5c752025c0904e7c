"""LiteLLM's lists are read for what is true of a name, and for nothing more."""

import json
from typing import Any

import pytest

from src.studio.providers.catalog import OfferedModel
from src.studio.providers.model_lists import read_model_info, read_model_names
from tests.studio.providers.conftest import deployment


def read(*rows: Any) -> dict[str, OfferedModel]:
    return read_model_info(json.dumps({"data": rows}).encode())


def test_windows_and_prices_are_read_in_tokens_and_dollars_per_million() -> None:
    info = {"mode": "chat", "max_input_tokens": 272_000, "max_output_tokens": 128_000, "max_tokens": 1}
    prices = {"input_cost_per_token": 1.75e-06, "output_cost_per_token": 1.4e-05}
    found = read(deployment("gpt", **info, **prices, cache_read_input_token_cost=1.75e-07))
    assert found == {"gpt": OfferedModel("gpt", 272_000, 128_000, 1.75, 14.0, 0.175)}
    assert found["gpt"].has_price


def test_what_is_not_known_is_not_free() -> None:
    odd = {"input_cost_per_token": float("nan"), "output_cost_per_token": -1, "max_input_tokens": True}
    found = read(deployment("gpt", mode=None, **odd, max_output_tokens="many"))
    assert found == {"gpt": OfferedModel("gpt")}
    assert not found["gpt"].has_price


def test_a_price_of_nothing_is_a_price() -> None:
    found = read(deployment("own", input_cost_per_token=0, output_cost_per_token=0))
    assert found["own"].has_price


@pytest.mark.parametrize("mode", ["embedding", "image_generation", "audio_transcription", "rerank"])
def test_models_that_do_not_chat_are_left_out(mode: str) -> None:
    assert read(deployment("other", mode=mode), deployment("gpt", mode="chat")).keys() == {"gpt"}


def test_deployments_of_a_name_are_one_model_with_the_window_that_fits_each() -> None:
    found = read(
        deployment("gpt", max_input_tokens=272_000, input_cost_per_token=1e-6, output_cost_per_token=2e-6),
        deployment("gpt", max_input_tokens=128_000, input_cost_per_token=1e-6, output_cost_per_token=3e-6),
        deployment("gpt"),
    )
    assert found == {"gpt": OfferedModel("gpt", 128_000, None, 1.0, None)}


def test_hostile_names_are_text_and_what_cannot_be_called_or_kept_is_left_out() -> None:
    kept = ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "team/long name 🚀", "a" * 512, " "]
    left_out = ["openai/*", "", None, 7, ["a"], "a" * 513, "zero\0byte", "\ud800"]
    assert list(read(*(deployment(name) for name in kept + left_out))) == kept


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"data": {}}', b'{"data": null}', b"\xff"])
def test_what_is_no_list_of_models_says_so(body: bytes) -> None:
    for reads in (read_model_info, read_model_names):
        with pytest.raises(ValueError, match=r".*"):
            reads(body)


def test_rows_of_another_form_are_passed_over() -> None:
    assert read("x", None, {"model_name": "gpt", "model_info": None}, {}).keys() == {"gpt"}


@pytest.mark.parametrize("figure", [pytest.param(10**400, id="401 digits"), 2**70, 1e308, [], {}, "1"])
def test_figures_that_nobody_can_mean_are_not_known(figure: Any) -> None:
    names = ("input_cost_per_token", "output_cost_per_token", "cache_read_input_token_cost")
    odd = dict.fromkeys((*names, "max_input_tokens", "max_output_tokens"), figure)
    assert read(deployment("gpt", **odd)) == {"gpt": OfferedModel("gpt")}


def test_a_model_whose_mode_is_no_word_is_left_out() -> None:
    assert read(deployment("other", mode={}), deployment("gpt", mode="chat")).keys() == {"gpt"}


def test_names_alone_are_models_without_figures() -> None:
    body = json.dumps({"data": [{"id": "gpt", "object": "model"}, {"id": None}, "x"]}).encode()
    assert read_model_names(body) == {"gpt": OfferedModel("gpt")}
