"""Which compression a client gets, and that all of them hold the same bytes."""

import gzip

import brotli
import pytest

from src.api.compression import choose_encoding, compress

TEXT = b'{"tokens": 697}' * 200


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("", "identity"),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("GZIP", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.1, gzip;q=1", "gzip"),
        ("br; q=0.5 , gzip;q=0.5", "br"),
        ("gzip;q=0", "identity"),
        ("*", "br"),
        ("br;q=0, *;q=0.5", "gzip"),
        ("*;q=0", "identity"),
        ("deflate", "identity"),
        ("identity", "identity"),
        ("gzip;q=nonsense", "identity"),
        ("gzip;q=nan", "identity"),
        (",,;;", "identity"),
        ("brotli", "identity"),
    ],
)
def test_the_client_chooses_the_encoding(accepted: str, chosen: str) -> None:
    assert choose_encoding(accepted) == chosen


def test_every_encoding_holds_the_same_bytes() -> None:
    assert compress(TEXT, "identity") == TEXT
    assert gzip.decompress(compress(TEXT, "gzip")) == TEXT
    assert brotli.decompress(compress(TEXT, "br")) == TEXT
    assert len(compress(TEXT, "br")) < len(compress(TEXT, "gzip")) < len(TEXT)


def test_compressed_bytes_are_the_same_each_time() -> None:
    assert compress(TEXT, "gzip") == compress(TEXT, "gzip")
