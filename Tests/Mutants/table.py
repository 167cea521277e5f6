"""How a row of the tables is written.

The old text is code as it stands in the file, with what changes between « and »; without them all of it changes. What surrounds it
makes it occur once. `value` puts another expression in its place, `step` other statements, none if `new` is left out.
"""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Mutant:
    name: str
    # What it breaks: the requirement, as tests and comments name it.
    rule: str
    # Under Sources.
    file: str
    old: str
    new: str
    # Parts of the names of the suites or tests that should notice.
    tests: tuple
    is_value: bool


def value(name, rule, file, old, new, *tests):
    return Mutant(name, rule, file, old, new, tests, True)


def step(name, rule, file, old, *tests, new=""):
    return Mutant(name, rule, file, old, new, tests, False)
