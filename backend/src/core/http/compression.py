"""Which compression an answer gets, and how."""

from __future__ import annotations

import gzip
import os
import re
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial

import brotli

# Below this, headers cost more than compression saves.
COMPRESSED_FROM_BYTES = 1024
# Measured on 5 MB of JSON: Brotli's level 1 takes 8 ms and leaves 520 kB, gzip's level 1 takes 26 ms and leaves
# 1,130 kB, its level 6 takes 68 ms and leaves 990 kB.
BROTLI_QUALITY = 1
GZIP_LEVEL = 1
# gzip takes longest of all that makes a long answer; from here on, a second processor is worth the while.
PIECE_BYTES = 1_000_000
WINDOW_BYTES = 2**zlib.MAX_WBITS
# No name and no time, so that the same bytes are the same each time; packed fast, on no system in particular.
GZIP_HEAD = bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 4, 0xFF])

IDENTITY = "identity"


@lru_cache(maxsize=256)
def choose_encoding(accepted: str) -> str:
    """Return the one of `br`, `gzip` and `identity` that an `Accept-Encoding` header prefers."""
    weights = dict(_weighted(part) for part in accepted.lower().split(","))
    by_weight = {name: weights.get(name, weights.get("*", 0.0)) for name in ("br", "gzip")}
    best = max(by_weight, key=lambda name: by_weight[name])  # the first one where they are equal
    return best if by_weight[best] > 0 else IDENTITY


def compress(plain: bytes, encoding: str) -> bytes:
    """Return `plain` in an encoding that `choose_encoding` has chosen."""
    if encoding == "br":
        return brotli.compress(plain, quality=BROTLI_QUALITY)
    return _gzip(plain, os.cpu_count() or 1) if encoding == "gzip" else plain


def _gzip(plain: bytes, processors: int) -> bytes:
    """Return what gzip makes of `plain`, the pieces of a long one on several processors at the same time."""
    count = min(processors, len(plain) // PIECE_BYTES)
    if count <= 1:
        return gzip.compress(plain, compresslevel=GZIP_LEVEL, mtime=0)
    size = -(-len(plain) // count)
    with ThreadPoolExecutor(count) as pool:
        pieces = list(pool.map(partial(_deflate, plain, size), range(0, len(plain), size)))
    return b"".join([GZIP_HEAD, *pieces, struct.pack("<LL", zlib.crc32(plain), len(plain) % 2**32)])


def _deflate(plain: bytes, size: int, start: int) -> bytes:
    """Return the part of one stream that `size` bytes from `start` are; it goes on from the parts before."""
    view, end = memoryview(plain), start + size
    # what the parts before can be referred to by: gzip looks back that far
    known = bytes(view[max(start - WINDOW_BYTES, 0) : start])
    packing = zlib.compressobj(GZIP_LEVEL, wbits=-zlib.MAX_WBITS, zdict=known)
    packed = packing.compress(view[start:end])
    return packed + packing.flush(zlib.Z_FINISH if end >= len(plain) else zlib.Z_SYNC_FLUSH)


def _weighted(part: str) -> tuple[str, float]:
    name, _, parameter = part.partition(";")
    weight = re.fullmatch(r"\s*q=([01](?:\.\d*)?)\s*", parameter) if parameter else None
    return name.strip(), float(weight[1]) if weight else float(not parameter)
