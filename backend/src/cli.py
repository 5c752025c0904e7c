"""The command line: hands `bench` and `eval` to programs of their own, and all else to the server's."""

from __future__ import annotations

import sys

BENCH, EVAL = "bench", "eval"
INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """Do what was asked for and return the exit status.

    A benchmark or an evaluation needs neither settings nor server, database or account, so nothing of these is
    imported for it: its first request goes within a second, and it takes little memory beside what it measures.
    """
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] in ([BENCH], [EVAL]):
        try:
            if given[0] == BENCH:
                from src.studio.bench.command import main as run  # noqa: PLC0415 - see above
            else:
                from src.studio.eval.command import main as run  # noqa: PLC0415 - see above

            return run(given[1:])
        except KeyboardInterrupt:  # while it is loaded: from then on it says what became of it
            return INTERRUPTED
    from src.serving import main as serve  # noqa: PLC0415 - it takes more than a second

    return serve(given)
