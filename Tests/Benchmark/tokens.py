"""Tokens, beside the signatures and verifications that each costs at least."""
import openssl
from bench import Bench
from launches import CODE, REFRESH_TOKEN, Kind
from measurement import Side
from scripts import each_body, same_form
from server import Lanyard

CONNECTIONS = 64
# More than can be used.
ASSERTIONS_PER_SECOND = {"RS384": 14_000, "ES384": 2_500}


def raw(*operations: openssl.Operation) -> Side:
    return lambda: openssl.measure(operations)


def by_secret(bench: Bench, server: Lanyard, connections: int = CONNECTIONS) -> Side:
    basic = server.basic["ehr"]["Authorization"]
    script = same_form(f"{server.folder}/secret.lua", basic, grant_type="client_credentials", scope="auth/Token.r")
    return lambda: bench.measure(server, "/token", script, connections)


def secret(bench: Bench) -> dict[str, Side]:
    return {"openssl": raw(openssl.ES256_SIGN), "lanyard": by_secret(bench, bench.server)}


def assertions(bench: Bench, algorithm: str) -> Side:
    """Each assertion is used once; for half as long as others, since signing them takes longer than using them."""
    backend, seconds = bench.backend(algorithm), max(1, bench.options.seconds // 2)

    def side():
        bodies = backend.bodies(ASSERTIONS_PER_SECOND[algorithm] * seconds)
        script = each_body(f"{bench.folder}/{algorithm}.lua", bodies)
        return bench.measure(bench.server, "/token", script, CONNECTIONS, seconds=seconds)
    return side


def rs384(bench: Bench) -> dict[str, Side]:
    return {"openssl": raw(openssl.RS384_VERIFY, openssl.ES256_SIGN), "lanyard": assertions(bench, "RS384")}


def es384(bench: Bench) -> dict[str, Side]:
    return {"openssl": raw(openssl.ES384_VERIFY, openssl.ES256_SIGN), "openssl, verification": raw(openssl.ES384_VERIFY),
            "lanyard": assertions(bench, "ES384")}


def launched(bench: Bench, kind: Kind) -> Side:
    """Each code, or refresh token, is used once."""
    launches = bench.launches

    def side():
        script = each_body(f"{bench.folder}/{kind.table}.lua", launches.bodies(kind, bench.options.seconds))
        return bench.measure(launches.server, "/token", script, CONNECTIONS)
    return side


def code(bench: Bench) -> dict[str, Side]:
    return {"openssl": raw(openssl.RS256_SIGN, openssl.ES256_SIGN), "lanyard": launched(bench, CODE)}


def refresh(bench: Bench) -> dict[str, Side]:
    return {"openssl": raw(openssl.ES256_SIGN), "lanyard": launched(bench, REFRESH_TOKEN)}
