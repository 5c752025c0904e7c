"""Serves a build of the page by the real back end, with the headers that it sends: `serve_kit.py BUILD PORT`."""

import sys
from pathlib import Path

import uvicorn

sys.path.insert(0, str(Path(__file__).parents[2] / "backend"))

from src.api.server import create_backend

if __name__ == "__main__":
    build, port = sys.argv[1:]
    uvicorn.run(create_backend(dist=Path(build)), host="127.0.0.1", port=int(port), log_level="warning")
