"""wrk, on core 1: the load, and what it says of the answers."""
import re, subprocess
from dataclasses import dataclass

import support
from readings import Reading, cpu_seconds, memory_mb

MILLISECONDS = {"us": 0.001, "ms": 1, "s": 1000}


@dataclass(frozen=True)
class Load:
    """What is sent where, over how many keep-alive connections. `script` is the path of wrk's Lua script; None sends GET."""
    url: str
    connections: int
    script: str | None = None

    def command(self, seconds: int) -> list[str]:
        options = ["-t1", f"-c{self.connections}", f"-d{seconds}s", "--latency"]
        return ["taskset", "-c", "1", "wrk", *options, *(["-s", self.script] if self.script else []), self.url]


@dataclass(frozen=True)
class Answers:
    requests: int
    rate: float
    p50_ms: float
    p99_ms: float


def read_answers(url: str, text: str) -> Answers:
    requests = re.search(r"(\d+) requests in", text)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    # Who waits longer than two seconds is counted as a timeout, and answered all the same.
    failed = "Non-2xx" in text or re.search(r"Socket errors: (?!connect 0, read 0, write 0)", text)
    if failed or requests is None or rate is None:
        raise support.Failed(f"{url} answered with errors:\n{text}")
    percentiles = {part: float(value) * MILLISECONDS[unit]
                   for part, value, unit in re.findall(r"(50|99)%\s+([\d.]+)(us|ms|s)", text)}
    return Answers(int(requests[1]), float(rate[1]), percentiles["50"], percentiles["99"])


def send(load: Load, seconds: int) -> Answers:
    text = subprocess.run(load.command(seconds), capture_output=True, text=True, check=True).stdout
    return read_answers(load.url, text)


def measure(load: Load, seconds: int, pid: int) -> Reading:
    """Sends the load to the process `pid` and reads what it cost that process."""
    before = cpu_seconds(pid)
    answers = send(load, seconds)
    cpu_us = (cpu_seconds(pid) - before) / max(1, answers.requests) * 1e6
    return Reading(answers.rate, answers.p50_ms, answers.p99_ms, cpu_us, memory_mb(pid))
