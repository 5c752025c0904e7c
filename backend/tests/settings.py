"""Settings for tests: the defaults, whatever the environment of the run says, but for where days are kept."""

from typing import Any

from src.settings import Settings
from src.utils.common import IN_MEMORY


def settings(**changes: Any) -> Settings:
    """Return the default settings with `changes`. Days are kept in memory, so that tests leave no files behind."""
    values: dict[str, Any] = {name: field.default for name, field in Settings.model_fields.items()}
    values["usage_store_url"] = IN_MEMORY
    return Settings(**{**values, **changes}, _env_file=None)
