"""Documents that are the same for everybody."""
from bench import Bench
from measurement import Side


def jwks(bench: Bench) -> dict[str, Side]:
    return {"nginx": lambda: bench.measure(bench.nginx, "/jwks"),
            "lanyard": lambda: bench.measure(bench.server, "/jwks")}
