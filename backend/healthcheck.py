"""Tells a container engine whether the service answers: exit status 0 when `GET /health` is a 200."""

import http.client
import os
import sys

SECONDS = 4
EVERY_ADDRESS = {"", "0.0.0.0", "::"}  # noqa: S104 - compared only


def main() -> int:
    """Ask once, directly, whatever proxy is configured; return the exit status."""
    host = os.environ.get("HOST", "").strip()
    port = int(os.environ.get("VITE_LEADERBOARD_BACKEND_PORT") or 8000)
    connection = http.client.HTTPConnection("127.0.0.1" if host in EVERY_ADDRESS else host, port, timeout=SECONDS)
    try:
        connection.request("GET", "/health")
        return 0 if connection.getresponse().status == http.HTTPStatus.OK else 1
    except (OSError, http.client.HTTPException) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
