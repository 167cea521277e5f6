"""Tokens and introspections beside glewlwyd, over as many connections: for a client's secret, by ES256, kept in SQLite."""
import introspection
from bench import Bench
from measurement import Side
from scripts import same_form
from tokens import by_secret


def sides(bench: Bench) -> dict[str, Side]:
    peer = bench.glewlwyd
    tokens = same_form(f"{bench.folder}/glewlwyd-tokens.lua", peer.basic, grant_type="client_credentials", scope="records")
    asking = same_form(f"{bench.folder}/glewlwyd-asking.lua", peer.basic, token=peer.token())
    return {"glewlwyd, tokens": lambda: bench.measure(peer, "/api/oidc/token", tokens),
            "tokens": by_secret(bench, bench.server, bench.options.connections),
            "glewlwyd, introspections": lambda: bench.measure(peer, "/api/oidc/introspect", asking),
            "introspections": lambda: bench.measure(bench.server, introspection.PATH, introspection.own(bench))}
