"""Where the repository's files are, and how its YAML is read."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

TOP_LEVEL = Path(__file__).resolve().parents[3]


def read_yaml(path: str) -> Any:
    """Return the content of a YAML file of the repository."""
    return YAML(typ="safe").load(TOP_LEVEL / path)
