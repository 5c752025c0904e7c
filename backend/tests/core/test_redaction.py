"""Addresses and keys do not stay in text."""

import pytest

from src.core.redaction import redact, redact_secrets


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The gateway is down.", "The gateway is down."),
        ("no answer of http://gateway.internal:4000/team/list today", "no answer of [address] today"),
        ("HTTPS://user:pass@host/x?y=z", "[address]"),
        ("postgresql://litellm:secret@db/litellm", "[address]"),
        ("token sk-1234_ab-CD is unknown", "token [key] is unknown"),
        ("(sk-abc)", "([key])"),
        ("http://host/sk-abc sk-def", "[address] [key]"),
        ("a task-force, risk-free", "a task-force, risk-free"),
        ("", ""),
    ],
)
def test_addresses_and_keys_are_taken_out(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Key sk-proj-****abcd, sk-...abcd.", "Key [key], [key]."),
        ("gsk_abc123 AIzaSy-12_ab key-1a2b3c4d", "[key] [key] [key]"),
        ("a key-value store, the key-holder", "a key-value store, the key-holder"),
        ("Authorization: Bearer abcdef.123", "Authorization: Bearer [key]"),
        ("a bearer token is missing, Bearer authentication", "a bearer token is missing, Bearer authentication"),
        ("see https://host/keys", "see https://host/keys"),
        ("see https://user:pa@ss@host/keys?api_key=hidden&a=1", "see https://host/keys?api_key=[key]&a=1"),
        ("my own secret and the ab", "my own [key] and the ab"),
    ],
)
def test_secrets_are_taken_out_and_addresses_stay(text: str, expected: str) -> None:
    assert redact_secrets(text, ["secret", "ab", ""]) == expected
