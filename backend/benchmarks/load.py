"""The load generator, a process of its own: `load.py SPEC RESULT`, both JSON; `loads.py` starts it.

It speaks just enough HTTP/1.1 over sockets to be several times as fast as the servers that it measures.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_HEAD_BYTES = 2**20


@dataclass(slots=True)
class Run:
    """One load: what is asked, how often, and what came of it. Times are in seconds."""

    port: int
    requests: list[bytes]
    count: int
    until: float
    pause: float
    timeout: float
    samples: list[tuple[int, float, int]]
    next: int = 0

    async def client(self) -> None:
        """Ask on one connection until all is asked or the time is over; an error is a sample of status 0."""
        reader, writer = None, None
        while self.next < self.count and time.monotonic() < self.until:
            number, self.next = self.next, self.next + 1
            target = number % len(self.requests)
            started = time.perf_counter()
            try:
                async with asyncio.timeout(self.timeout):
                    if writer is None or reader is None:
                        reader, writer = await asyncio.open_connection(
                            "127.0.0.1", self.port, limit=MAX_HEAD_BYTES
                        )
                        started = time.perf_counter()
                    writer.write(self.requests[target])
                    status, keeps_open = await read_answer(reader)
            except (OSError, EOFError, TimeoutError, ValueError):
                status, keeps_open = 0, False
            self.samples.append((target, time.perf_counter() - started, status))
            if not keeps_open and writer is not None:
                writer.close()
                writer = None
            if self.pause:
                await asyncio.sleep(self.pause)
        if writer is not None:
            writer.close()


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, bool]:
    """Read one answer to its end; return its status and whether the connection stays open."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head[9:12])
    length = head.find(b"\r\ncontent-length:")
    if b"\r\ntransfer-encoding: chunked" in head:
        while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
            await reader.readexactly(size + 2)
        await reader.readexactly(2)
    elif length >= 0:
        await reader.readexactly(int(head[length + 17 : head.index(b"\r\n", length + 17)]))
    return status, b"\r\nconnection: close" not in head


async def perform(spec: dict[str, Any]) -> dict[str, Any]:
    """Perform what `spec` says; return the samples (target, seconds, status) and what it took, in seconds."""
    requests = [
        "".join(
            [
                f"GET {target['path']} HTTP/1.1\r\nHost: 127.0.0.1\r\n",
                *(f"{name}: {value}\r\n" for name, value in target["headers"].items()),
                "\r\n",
            ]
        ).encode()
        for target in spec["targets"]
    ]
    until = time.monotonic() + spec["seconds"]
    run = Run(spec["port"], requests, spec["count"], until, spec["pause"], spec["timeout"], [])
    started, cpu = time.perf_counter(), time.process_time()
    async with asyncio.TaskGroup() as group:
        for _ in range(spec["connections"]):
            group.create_task(run.client())
    elapsed = time.perf_counter() - started
    return {"samples": run.samples, "seconds": elapsed, "cpu_seconds": time.process_time() - cpu}


if __name__ == "__main__":
    result = asyncio.run(perform(json.loads(Path(sys.argv[1]).read_text())))
    Path(sys.argv[2]).write_text(json.dumps(result))
