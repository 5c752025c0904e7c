"""Settings for tests: the defaults, whatever the environment of the run says, but for where days are kept."""

from typing import Any

from src.settings import Settings
from src.utils.common import IN_MEMORY


def settings(**changes: Any) -> Settings:
    """Return the default settings with `changes`. Nothing is kept in files, and Studio is left out."""
    values: dict[str, Any] = {name: field.default for name, field in Settings.model_fields.items()}
    values |= {"usage_store_url": IN_MEMORY, "studio": False}
    return Settings(**{**values, **changes}, _env_file=None)
