"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import re
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("fastapi", "uvicorn", "pydantic", "polars")
KIB_PER_MB = 1000 * 1000 / 1024


def header(gateway: str) -> list[str]:
    """Return lines that say when, on what, and with which versions the figures were measured."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} CPUs{_cpu_name()}, {_memory()}, load {load}",
        f"Python {platform.python_version()}, {packages}; {platform.system()} {platform.machine()}",
        f"Gateway: {gateway}",
    ]


def resident_megabytes(pid: int) -> tuple[float, float] | None:
    """Return a process's resident memory now and at its peak, in MB; None where the system does not tell."""
    path = Path(f"/proc/{pid}/status")
    if not path.exists():
        return None
    sizes = dict(re.findall(r"^(VmRSS|VmHWM):\s+(\d+) kB$", path.read_text(), re.MULTILINE))
    return int(sizes["VmRSS"]) / KIB_PER_MB, int(sizes["VmHWM"]) / KIB_PER_MB


def work_seconds(pid: int) -> float:
    """Return the CPU time that a process has taken so far; the time of day where the system does not tell.

    Unlike time that passes, it does not depend on what else the machine does.
    """
    path = Path(f"/proc/{pid}/stat")
    if not path.exists():
        return time.perf_counter()
    fields = path.read_text().rpartition(")")[2].split()
    user, system = fields[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _cpu_name() -> str:
    path = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*: (.*)$", path.read_text(), re.MULTILINE) if path.exists() else None
    return f" ({found[1]})" if found else ""


def _memory() -> str:
    size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{size / 2**30:.0f} GiB of memory"
