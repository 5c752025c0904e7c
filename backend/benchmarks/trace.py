"""Tells how much of the source a cold `GET /tokens` goes through: run `.venv/bin/python benchmarks/trace.py`.

Whoever wants to follow a request has that many files and functions to read. The gateway is the demo's, in this
process; it is not counted. With `--list`, all of them are named.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

BACKEND = Path(__file__).parents[1]
sys.path.insert(0, str(BACKEND))

from fastapi.testclient import TestClient  # noqa: E402 - the path comes first

from src.api.server import create_backend  # noqa: E402
from src.demo.server import DemoGateway  # noqa: E402
from src.settings import Settings  # noqa: E402

if TYPE_CHECKING:
    from types import CodeType, FrameType

SOURCE = BACKEND / "src"
READY, PAUSE_SECONDS = 200, 0.5


def trace() -> set[CodeType]:
    """Return what of the source is called from a first request to its answer, on any thread."""
    called: set[CodeType] = set()
    asked = False

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if asked and event == "call":
            called.add(frame.f_code)

    with DemoGateway() as demo, tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            litellm_base_url=demo.base_url,
            litellm_api_key=demo.api_key,
            usage_store_url=f"sqlite:///{folder}/usage.db",
            sync_days=0,
            _env_file=None,
        )
        threading.setprofile(note)  # threads that run already, as the event loop's will, cannot be told of it
        with TestClient(create_backend(settings)) as client:
            _wait_for_start(client)
            asked = True
            client.get("/tokens").raise_for_status()
            asked = False
        threading.setprofile(None)
    return {code for code in called if _is_counted(code)}


def _wait_for_start(client: TestClient) -> None:
    """Wait until the app has looked at the gateway, as it does at its start: that is not the request's part."""
    while client.get("/ready").status_code != READY:
        time.sleep(0.1)
    time.sleep(PAUSE_SECONDS)


def _is_counted(code: CodeType) -> bool:
    """Tell whether it is a function of the source with a name; comprehensions are part of the one around them."""
    path = Path(code.co_filename)
    return SOURCE in path.parents and SOURCE / "demo" not in path.parents and not code.co_name.startswith("<")


def main() -> None:
    """Print both numbers."""
    parser = argparse.ArgumentParser(description="How much of the source a cold `GET /tokens` goes through.")
    parser.add_argument("--list", action="store_true", help="name all of it")
    called = trace()
    named = Counter(str(Path(code.co_filename).relative_to(SOURCE)) for code in called)
    lines = [f"{len(named)} files, {len(called)} functions"]
    if parser.parse_args().list:
        lines += sorted(f"{Path(code.co_filename).relative_to(SOURCE)}: {code.co_qualname}" for code in called)
    print("\n".join(lines))  # noqa: T201 - this is the terminal's part


if __name__ == "__main__":
    main()
