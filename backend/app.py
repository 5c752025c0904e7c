"""Starts the dashboard: `python backend/app.py`."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - whoever has an older one should be told so
    sys.exit("Leaderboard needs Python 3.11 or later.")

from src.core.memory import share_one_heap

share_one_heap()  # before anything is imported that starts threads

try:
    from src.cli import main
except ModuleNotFoundError as error:
    sys.exit(f"Leaderboard's dependencies are not installed ({error.name} is missing). Run: make start")

if __name__ == "__main__":
    sys.exit(main())
