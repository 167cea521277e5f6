"""What changes as grants become more: throughput, size of the file, start and expiry."""
import dataclasses, shutil
from dataclasses import dataclass

import introspection, measurement, openssl, sweep, tokens
from bench import Bench
from crowd import Crowd
from measurement import Measurement, Verdict, rate_of

COUNTS = [10_000, 100_000, 1_000_000]
LARGEST = 10_000_000
# By how much the throughput may differ: the rest is growth.
FLAT = 0.10
RATIO = (Verdict("ratio", rate_of("lanyard", "reference")),)


@dataclass(frozen=True)
class Stage:
    """The members in the order of the table's columns. Ratios are those of the rounds, to nginx and to one signature."""
    grants: int
    introspections: float
    of_nginx: float
    tokens: float
    of_signatures: float
    octets_per_grant: float
    start_ms: float
    expired_a_second: float
    longest_write_ms: float


TITLES = ["grants", "introspections/s", "of nginx's", "tokens/s", "of signatures", "octets/grant", "first answer ms",
          "expired/s", "longest write ms"]


def line(cells: list[str]) -> str:
    return "  ".join(cell.rjust(max(10, len(title))) for cell, title in zip(cells, TITLES))


def measured(bench: Bench, name: str, sides: dict[str, measurement.Side]) -> tuple[float, float]:
    """The rate of the server and its ratio to the reference."""
    outcome = measurement.run(Measurement(name, "", lambda _: sides, RATIO), bench, bench.options.rounds)
    return outcome.sides["lanyard"].figure("rate"), outcome.figures["ratio"]


def stage(bench: Bench, count: int) -> Stage:
    crowd = Crowd(bench.lanyard(f"grants-{count}"), count)
    asked = introspection.random_of(bench, crowd)
    asking = measured(bench, "introspection", {"reference": asked["nginx"], "lanyard": asked["lanyard"]})
    issued = {"reference": tokens.raw(openssl.ES256_SIGN), "lanyard": tokens.by_secret(bench, crowd.server)}
    issuing = measured(bench, "token", issued)
    starts = sorted(crowd.restart() * 1000 for _ in range(bench.options.rounds))
    expiry = sweep.run(crowd)
    crowd.server.stop()
    shutil.rmtree(crowd.server.folder)
    return Stage(count, *asking, *issuing, crowd.octets_per_grant, starts[len(starts) // 2], expiry.rows_a_second,
                 max(expiry.writes, default=0))


def run(bench: Bench, counts: list[int]) -> list[Stage]:
    """Prints the table as it grows."""
    stages = []
    print(line(TITLES), flush=True)
    for count in counts:
        stages.append(stage(bench, count))
        values = dataclasses.astuple(stages[-1])
        print(line([f"{value:,.2f}" if value < 10 else f"{value:,.0f}" for value in values]), flush=True)
    for title, member in (("introspection", "of_nginx"), ("tokens", "of_signatures")):
        ratios = [getattr(each, member) for each in stages]
        change = 1 - min(ratios) / max(ratios)
        print(f"{title}: within {change:.0%}, {'flat' if change <= FLAT else 'not flat'}")
    return stages
