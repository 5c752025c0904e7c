"""The app in front of a fake gateway, as the tests of the API have it."""

from tests.api.conftest import _nothing_configured, clock, configured, gateway, make_app

__all__ = ["_nothing_configured", "clock", "configured", "gateway", "make_app"]
