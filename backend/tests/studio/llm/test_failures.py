"""Errors are one clear sentence with the provider's own words, and without its secrets."""

import orjson
import pytest

from src.studio.llm import failures
from src.studio.llm.failures import Secrets
from tests.studio.llm.calling import KEY, call, sentence_of
from tests.studio.llm.raw_server import raw_server, response

SECRETS = Secrets(KEY, "https://gateway.internal:4000/v1")


def of_status(status: int, body: bytes, **headers: str) -> str:
    return failures.of_status(status, headers, body, SECRETS).sentence


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (
            401,
            b'{"error": {"message": "No such key"}}',
            "The provider did not accept the key (HTTP 401): No such key",
        ),
        (403, b'{"detail": "Not yours"}', "The key may not do this (HTTP 403): Not yours"),
        (404, b'{"error": "no model"}', "The provider knows no such model or address (HTTP 404): no model"),
        (429, b'{"message": "Slower"}', "The provider's limit is reached (HTTP 429): Slower"),
        (
            422,
            b'{"detail": [{"msg": "too hot", "loc": []}]}',
            "The provider refused the request (HTTP 422): too hot",
        ),
        (400, b'[{"error": {"message": "bad"}}]', "The provider refused the request (HTTP 400): bad"),
        (500, b"", "The provider failed (HTTP 500)."),
        (500, b"{}", "The provider failed (HTTP 500)."),
        (502, b"Bad\n\n gateway", "The provider failed (HTTP 502): Bad gateway"),
        (502, b"\xff\xfe", "The provider failed (HTTP 502): \ufffd\ufffd"),
        (503, b"<html><title>We &amp; you</title>", "The provider failed (HTTP 503): a web page, “We & you”"),
        (503, b"<html>", "The provider failed (HTTP 503): a web page"),
        (418, b"", "The provider refused the request (HTTP 418)."),
    ],
)
def test_a_status_is_told_in_a_sentence(status: int, body: bytes, sentence: str) -> None:
    assert of_status(status, body) == sentence
    assert failures.of_status(status, {}, body, SECRETS).kind == f"http_{status}"


@pytest.mark.parametrize(
    "secret",
    [
        KEY,
        "sk-proj-abc_DEF-123",
        "sk-****************4711",
        "sk-...4711",
        "key-0a1b2c3d4e5f",
        "gsk_abcDEF123",
        "AIzaSyA-abc_123",
        "Bearer abc.def-ghi",
        "https://user:pass@example.com/x",
        "https://user@example.com/x",
        "https://example.com/?key=hidden1&x=1",
        "https://gateway.internal:4000/v1/models",
        "HTTPS://Gateway.Internal:4000/V1/models",
        "gateway.internal",
    ],
)
def test_secrets_are_taken_out(secret: str) -> None:
    said = of_status(500, orjson.dumps({"error": {"message": f"wrong: {secret}, sorry"}}))
    assert secret not in said
    for part in ("4711", "pass@", "user@", "abc_DEF", "hidden1", "0a1b", "abc.def", "internal"):
        assert part not in said
    assert said.endswith("sorry")


@pytest.mark.parametrize(
    ("name", "kept"),
    [(None, None), ("stop", "stop"), (f"id-{KEY}-1", "id-[key]-1"), ("x" * 256, "x" * 256), ("x" * 257, None)],
)
def test_a_servers_own_names_are_kept_without_secrets_and_none_that_is_endless(
    name: str | None, kept: str | None
) -> None:
    assert SECRETS.taken_out_of_name(name) == kept


def test_a_sentence_has_500_characters_at_most() -> None:
    said = of_status(500, b"a" * 499_999 + KEY.encode())
    assert (len(said), said[-1]) == (500, "…")


def test_a_key_that_the_cut_would_go_through_is_taken_out_first() -> None:
    assert KEY[:6] not in of_status(500, b"a" * (500 - 35) + b" " + KEY.encode() + b"b" * 100)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"llm_provider-retry-after": "1.5"}, 1.5),
        ({"Retry-After": "Thu, 26 Nov 2026 10:00:30 GMT", "Date": "Thu, 26 Nov 2026 10:00:00 GMT"}, 30.0),
        ({"Retry-After": "Thu, 26 Nov 2026 10:00:30 GMT"}, None),
        ({"Retry-After": "-5"}, 0.0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "1e999"}, None),
        ({}, None),
    ],
)
def test_how_long_to_wait_is_kept(headers: dict[str, str], seconds: float | None) -> None:
    assert failures.retry_after_seconds(headers) == seconds


def test_a_refused_call_has_status_sentence_and_time_to_wait() -> None:
    with raw_server(response("429 Too Many", b'{"error": {"message": "Slower"}}', "Retry-After: 3")) as server:
        answer = call(server.base_url)
    assert (answer.status, answer.http_status, answer.retry_after_seconds) == ("error", 429, 3.0)
    assert sentence_of(answer) == "The provider's limit is reached (HTTP 429): Slower"
    assert len(server.requests) == 1


def test_the_key_that_a_provider_quotes_does_not_come_back() -> None:
    body = orjson.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}})
    with raw_server(response("401 Unauthorized", body)) as server:
        assert KEY not in sentence_of(call(server.base_url))
