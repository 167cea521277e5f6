"""What is read of a process while it is measured: its CPU time and its memory, as the system tells them."""
import os
from dataclasses import dataclass

import support


class Missing(Exception):
    """What a side needs is not installed."""


@dataclass(frozen=True)
class Reading:
    """What one side of a measurement came to in one round; None where it has no such thing."""
    rate: float | None = None
    p50_ms: float | None = None
    p99_ms: float | None = None
    cpu_us: float | None = None
    resident_mb: float | None = None
    # Of what is no request: milliseconds, rows a second, megabytes.
    value: float | None = None

    def figure(self, name: str) -> float:
        value = getattr(self, name)
        if value is None:
            raise support.Failed(f"there is no {name} of it")
        return value

    @property
    def busy(self) -> float | None:
        """What part of its core it used. Less than nearly all of it: wrk, the disk or another program was the limit."""
        return None if self.rate is None or self.cpu_us is None else self.rate * self.cpu_us / 1e6


def family(pid: int) -> list[int]:
    """The process and its children: nginx answers in a worker."""
    found = [pid]
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as file:
                parent = int(file.read().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        if parent == pid:
            found.append(int(name))
    return found


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and its children."""
    ticks = 0
    for member in family(pid):
        with open(f"/proc/{member}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int, kind: str = "VmRSS") -> float:
    """Memory of a process and its children: all that is resident, or with RssAnon what no file backs."""
    kilobytes = 0
    for member in family(pid):
        with open(f"/proc/{member}/status") as file:
            kilobytes += next(int(line.split()[1]) for line in file if line.startswith(kind + ":"))
    return kilobytes / 1024
