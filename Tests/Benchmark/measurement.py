"""What a measurement is: sides that are measured one after the other in each round, and what is concluded from them."""
import statistics
from collections.abc import Callable
from dataclasses import dataclass, fields

from bench import Bench
from readings import Reading

# One round: what each side came to.
Round = dict[str, Reading]
Side = Callable[[], Reading]


@dataclass(frozen=True)
class Verdict:
    """A figure of each round, by a name that `limits.py` knows."""
    name: str
    figure: Callable[[Round], float]


@dataclass(frozen=True)
class Measurement:
    """`sides` makes ready what has to be and gives the sides in their order; a round takes each once."""
    name: str
    about: str
    sides: Callable[[Bench], dict[str, Side]]
    verdicts: tuple[Verdict, ...]
    # One round, however many others have: it takes long.
    is_once: bool = False


@dataclass(frozen=True)
class Outcome:
    measurement: Measurement
    sides: dict[str, Reading]
    figures: dict[str, float]


def figure_of(side: str, name: str) -> Callable[[Round], float]:
    return lambda round: round[side].figure(name)


def ratio(name: str, side: str, reference: str) -> Callable[[Round], float]:
    return lambda round: round[side].figure(name) / round[reference].figure(name)


def rate_of(side: str, reference: str) -> Callable[[Round], float]:
    return ratio("rate", side, reference)


def p99_of(side: str, reference: str) -> Callable[[Round], float]:
    return ratio("p99_ms", side, reference)


def cost_of(side: str, reference: str) -> Callable[[Round], float]:
    """In CPU for each request."""
    return ratio("cpu_us", side, reference)


def middle(rounds: list[Reading]) -> Reading:
    """The middle one of each figure."""
    def of(name: str) -> float | None:
        values = [value for reading in rounds if (value := getattr(reading, name)) is not None]
        return statistics.median(values) if values else None
    return Reading(**{field.name: of(field.name) for field in fields(Reading)})


def run(measurement: Measurement, bench: Bench, count: int) -> Outcome:
    """A figure is the middle one of the rounds' own, since a shared machine is not as fast in one second as in the next."""
    sides = measurement.sides(bench)
    rounds = [{name: side() for name, side in sides.items()} for _ in range(1 if measurement.is_once else count)]
    return Outcome(
        measurement,
        {name: middle([round[name] for round in rounds]) for name in sides},
        {verdict.name: statistics.median(verdict.figure(round) for round in rounds) for verdict in measurement.verdicts})
