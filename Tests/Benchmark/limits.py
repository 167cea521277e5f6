"""What the figures are held to, by the names of the table's verdicts."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """`floor` is what a figure must reach, or the run fails; `aim` what it is meant to reach.

    With `at_most` they are the most that it may be.
    """
    floor: float | None = None
    aim: float | None = None
    at_most: bool = False

    def holds(self, figure: float, bound: float | None) -> bool:
        return bound is None or (figure <= bound if self.at_most else figure >= bound)

    def text(self, bound: float | None) -> str:
        return "" if bound is None else f"{'≤' if self.at_most else '≥'} {bound:g}"


LIMITS = {
    "resident MB": Limit(aim=20, at_most=True),
    "jwks": Limit(floor=0.8, aim=1.0),
    "discovery": Limit(aim=1.0),
    "tls": Limit(aim=1.0),
    "introspection": Limit(floor=0.6, aim=0.85),
    "p99 of nginx's": Limit(aim=3, at_most=True),
    "with permissions": Limit(floor=0.6),
    "share of permissions": Limit(floor=1.10, at_most=True),
    "with a decision": Limit(floor=0.5),
    "token by secret": Limit(aim=0.30),
    "times its tokens": Limit(aim=25),
    "times its introspections": Limit(aim=45),
    "RS384 assertion": Limit(floor=0.4, aim=0.6),
    "ES384 assertion": Limit(floor=0.75),
    "of verifications": Limit(aim=0.9),
    "p99 of its own": Limit(aim=2, at_most=True),
    "code exchange": Limit(aim=0.5),
    "refresh": Limit(aim=0.30),
    "random token": Limit(aim=0.6),
    "anonymous MB": Limit(aim=40, at_most=True),
    "first answer ms": Limit(aim=50, at_most=True),
    "rows a second": Limit(aim=300_000),
    "longest write ms": Limit(aim=30, at_most=True),
}
