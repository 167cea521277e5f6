"""How fast expired rows go, and how long whoever writes meanwhile has to wait."""
import sqlite3, time
from contextlib import closing
from dataclasses import dataclass, field

import flows, support
from bench import Bench
from crowd import Crowd
from filling import expired
from measurement import Side
from readings import Reading

TABLES = ("access_tokens", "grants")
# For the first row to go: the server sweeps every five seconds.
PATIENCE = 60


def left(database: sqlite3.Connection, last: dict[str, int], now: int) -> int:
    """How many rows of those up to `last` have expired and are there: they go in the order of their ends and numbers."""
    count = 0
    for table in TABLES:
        oldest = database.execute(
            f"SELECT id FROM {table} WHERE expires_at <= ? ORDER BY expires_at LIMIT 1", (now,)).fetchone()
        count += last[table] - oldest[0] + 1 if oldest else 0
    return count


@dataclass
class Sweep:
    rows_a_second: float = 0
    # Milliseconds of each write that was made meanwhile, one after the other.
    writes: list[float] = field(default_factory=list)


def watch(server: support.Server) -> Sweep:
    """Writes from before the first expired row goes until none is left."""
    client, now, sweep = support.Client(server.port), int(time.time()), Sweep()
    with closing(sqlite3.connect(f"file:{server.folder}/data/lanyard.sqlite?mode=ro", uri=True)) as database:
        last = {table: database.execute(f"SELECT max(id) FROM {table}").fetchone()[0] for table in TABLES}
        rows, start = left(database, last, now), time.monotonic()
        # Before its first turn, nothing goes.
        while left(database, last, now) == rows:
            if time.monotonic() - start > PATIENCE:
                raise support.Failed(f"no expired row went within {PATIENCE} s")
            time.sleep(0.001)
        rows, start = left(database, last, now), time.monotonic()
        while left(database, last, now):
            begin = time.monotonic()
            flows.service_token(server, client, "auth/Token.r")
            sweep.writes.append((time.monotonic() - begin) * 1000)
        sweep.rows_a_second = rows / (time.monotonic() - start)
    return sweep


def run(crowd: Crowd) -> Sweep:
    """Of as many expired grants as the crowd has, each with an access token."""
    crowd.refill(expired())
    crowd.server.start()
    return watch(crowd.server)


def sides(bench: Bench) -> dict[str, Side]:
    crowd = bench.crowd
    last = Sweep()

    def expiry():
        nonlocal last
        last = run(crowd)
        return Reading(value=last.rows_a_second)

    def writer():
        return Reading(p50_ms=support.percentile(last.writes, 0.5), p99_ms=support.percentile(last.writes, 0.99),
                       value=max(last.writes, default=0))
    return {"expiry": expiry, "a writer": writer}
