"""All tables: whoever imports this has them in `metadata`."""

from __future__ import annotations

from src.studio.accounts import tables as accounts
from src.studio.benchmarks import tables as benchmarks
from src.studio.database.metadata import metadata
from src.studio.jobs import tables as jobs
from src.studio.parameters import tables as parameters
from src.studio.preferences import tables as preferences
from src.studio.profiles import tables as profiles
from src.studio.prompts import tables as prompts
from src.studio.providers import tables as providers
from src.studio.tool_eval import tables as tool_eval
from src.studio.tool_suites import tables as tool_suites
from src.studio.vault import tables as vault

__all__ = [
    "accounts",
    "benchmarks",
    "jobs",
    "metadata",
    "parameters",
    "preferences",
    "profiles",
    "prompts",
    "providers",
    "tool_eval",
    "tool_suites",
    "vault",
]
