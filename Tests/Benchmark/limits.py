"""What the figures are held to, by the names of the table's verdicts."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """What a figure has to reach; with `at_most`, what it has to stay under. Beyond a `floor` the whole run fails."""
    floor: float | None = None
    at_most: bool = False

    def holds(self, figure: float, bound: float | None) -> bool:
        return bound is None or (figure <= bound if self.at_most else figure >= bound)

    def text(self, bound: float | None) -> str:
        return "" if bound is None else f"{'≤' if self.at_most else '≥'} {bound:g}"


LIMITS = {
    "jwks": Limit(floor=0.8),
    "introspection": Limit(floor=0.6),
    "with permissions": Limit(floor=0.6),
    "with a decision": Limit(floor=0.5),
    "share of permissions": Limit(floor=1.10, at_most=True),
    "RS384 assertion": Limit(floor=0.4),
    "ES384 assertion": Limit(floor=0.75),
    "p99 under assertions": Limit(at_most=True),
}
