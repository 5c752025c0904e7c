"""Where the repository's files are."""

from pathlib import Path

TOP_LEVEL = Path(__file__).resolve().parents[3]
