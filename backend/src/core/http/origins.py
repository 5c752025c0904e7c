"""Addresses and origins in settings, checked and written as browsers write them."""

from __future__ import annotations

from pydantic import AnyHttpUrl, TypeAdapter, ValidationError

_HTTP_URL: TypeAdapter[AnyHttpUrl] = TypeAdapter(AnyHttpUrl)


def parse_address(text: str, otherwise: str) -> AnyHttpUrl:
    """Return `text` as an http(s) address. Raises ValueError with the message `otherwise`."""
    try:
        return _HTTP_URL.validate_python(text.strip())
    except ValidationError:
        raise ValueError(otherwise) from None


def parse_origin(text: str) -> str:
    """Return an origin as browsers write it. Raises ValueError for everything else, patterns included."""
    otherwise = "must be origins such as https://board.example.com, separated by commas"
    url = parse_address(text, otherwise)
    origin = origin_of(url)
    if "*" in text or str(url) not in {origin, f"{origin}/"}:
        raise ValueError(otherwise)
    return origin


def origin_of(url: AnyHttpUrl) -> str:
    """Return scheme, host and port of an address: in lower case, without a port that goes without saying."""
    return str(AnyHttpUrl.build(scheme=url.scheme, host=url.host or "", port=url.port)).rstrip("/")
