"""All settings: one object, made of a section of the server's and one of each domain's, checked at start."""

from __future__ import annotations

from src.core.settings import load
from src.studio.settings import StudioSettings
from src.utils.common import LeaderboardSettings


class Settings(LeaderboardSettings, StudioSettings):
    """What the back end can be told."""


def load_settings() -> Settings:
    """Read the settings. Raises `ConfigurationError` with one line that names what is malformed."""
    return load(Settings)
