"""Which compression a client gets, and that all of them hold the same bytes."""

import gzip
import zlib

import brotli
import pytest

from src.core.http.responses import choose_encoding, compress

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


@pytest.mark.parametrize("processors", [1, 2, 3, 64])
@pytest.mark.parametrize("size", [999_999, 1_999_999, 2_000_000, 2_000_001, 5_000_003])
def test_a_long_answer_that_several_processors_pack_is_one_that_any_client_reads(
    monkeypatch: pytest.MonkeyPatch, size: int, processors: int
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: processors)
    text = b"".join(b'{"team":"%d","tokens":%d},' % (n % 300, n * n) for n in range(size // 25 + 1))[:size]
    packed = compress(text, "gzip")
    reading = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)  # reads one member, as browsers do
    assert (reading.decompress(packed), reading.eof, reading.unused_data) == (text, True, b"")
    assert len(packed) < 1.01 * len(gzip.compress(text, compresslevel=1))


def test_compressed_bytes_are_the_same_each_time() -> None:
    assert compress(TEXT, "gzip") == compress(TEXT, "gzip")
