"""Settings for tests: the defaults, whatever the environment of the run says."""

from typing import Any

from src.utils.common import Settings


def settings(**changes: Any) -> Settings:
    """Return the default settings with `changes`."""
    values: dict[str, Any] = {name: field.default for name, field in Settings.model_fields.items()}
    return Settings(**{**values, **changes}, _env_file=None)
