"""Which compression an answer gets, and how."""

from __future__ import annotations

import gzip
import re
from functools import lru_cache

import brotli

# Below this, headers cost more than compression saves.
COMPRESSED_FROM_BYTES = 1024
# Measured on 5 MB of JSON: Brotli's level 1 takes 8 ms and leaves 520 kB, gzip's level 1 takes 26 ms and leaves
# 1,130 kB, its level 6 takes 68 ms and leaves 990 kB.
BROTLI_QUALITY = 1
GZIP_LEVEL = 1

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
    if encoding == "gzip":
        return gzip.compress(plain, compresslevel=GZIP_LEVEL, mtime=0)
    return plain


def _weighted(part: str) -> tuple[str, float]:
    name, _, parameter = part.partition(";")
    weight = re.fullmatch(r"\s*q=([01](?:\.\d*)?)\s*", parameter) if parameter else None
    return name.strip(), float(weight[1]) if weight else float(not parameter)
