"""Documents that are the same for everybody."""
from bench import DISCOVERY, JWKS, Bench
from measurement import Side


def beside_nginx(bench: Bench, path: str) -> dict[str, Side]:
    return {"nginx": lambda: bench.measure(bench.nginx, path), "lanyard": lambda: bench.measure(bench.server, path)}


def jwks(bench: Bench) -> dict[str, Side]:
    return beside_nginx(bench, JWKS)


def discovery(bench: Bench) -> dict[str, Side]:
    return beside_nginx(bench, DISCOVERY)


def tls(bench: Bench) -> dict[str, Side]:
    """Connections are kept: it is about what TLS 1.3 costs each request."""
    return {"nginx": lambda: bench.measure(bench.nginx, JWKS, base=bench.nginx.tls_url),
            "lanyard": lambda: bench.measure(bench.server, JWKS, base=bench.server.tls_url)}
