"""Documents that are the same for everybody."""
from bench import DISCOVERY, JWKS, Bench
from measurement import Side


def beside_nginx(bench: Bench, path: str, tls: bool = False) -> dict[str, Side]:
    return {"nginx": lambda: bench.measure(bench.nginx, path, tls=tls),
            "lanyard": lambda: bench.measure(bench.server, path, tls=tls)}


def jwks(bench: Bench) -> dict[str, Side]:
    return beside_nginx(bench, JWKS)


def discovery(bench: Bench) -> dict[str, Side]:
    return beside_nginx(bench, DISCOVERY)


def tls(bench: Bench) -> dict[str, Side]:
    """Connections are kept: it is about what TLS 1.3 costs each request."""
    return beside_nginx(bench, JWKS, tls=True)
