"""Addresses and keys do not stay in text."""

import pytest

from src.core.redaction import redact


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
