"""The outcomes as a table for people and as JSON for scripts."""
import dataclasses, json

from limits import LIMITS
from measurement import Outcome
from readings import Reading

COLUMNS = [("requests/s", "rate", "{:.0f}"), ("p50 ms", "p50_ms", "{:.2f}"), ("p99 ms", "p99_ms", "{:.2f}"),
           ("CPU µs", "cpu_us", "{:.1f}"), ("busy", "busy", "{:.0%}"), ("MB", "resident_mb", "{:.1f}")]
VERDICTS = ["figure", "floor", "aim", "met"]
NAME, WHO, CELL = 15, 25, 10


def line(name: str, who: str, cells: list[str]) -> str:
    return (name.ljust(NAME) + who.ljust(WHO) + "".join(cell.rjust(CELL) for cell in cells)).rstrip()


def head() -> str:
    return line("", "", [title for title, _, _ in COLUMNS] + VERDICTS)


def cells(reading: Reading) -> list[str]:
    values = [(form, getattr(reading, member)) for _, member, form in COLUMNS]
    return ["" if value is None else form.format(value) for form, value in values]


def judged(name: str, figure: float) -> list[str]:
    limit = LIMITS[name]
    under = not limit.holds(figure, limit.floor)
    met = "FAILS" if under else "" if limit.aim is None else "yes" if limit.holds(figure, limit.aim) else "no"
    return [f"{figure:.2f}" if figure < 1000 else f"{figure:.0f}", limit.text(limit.floor), limit.text(limit.aim), met]


def lines(outcome: Outcome) -> list[str]:
    told, name = [], outcome.measurement.name
    for who, reading in outcome.sides.items():
        told.append(line(name, who, cells(reading)))
        name = ""
    return told + [line("", verdict, [""] * len(COLUMNS) + judged(verdict, figure))
                   for verdict, figure in outcome.figures.items()]


def beyond_floor(outcomes: list[Outcome]) -> list[str]:
    return [name for outcome in outcomes for name, figure in outcome.figures.items()
            if not LIMITS[name].holds(figure, LIMITS[name].floor)]


def told(reading: Reading) -> dict[str, float]:
    return {name: value for name, value in dataclasses.asdict(reading).items() if value is not None}


def summary(outcome: Outcome) -> dict[str, object]:
    return {"name": outcome.measurement.name, "sides": {who: told(reading) for who, reading in outcome.sides.items()},
            "figures": {name: {"value": figure, **dataclasses.asdict(LIMITS[name])}
                        for name, figure in outcome.figures.items()}}


def write_json(path: str, content: list[dict[str, object]]) -> None:
    with open(path, "w") as file:
        json.dump(content, file, indent=2)
