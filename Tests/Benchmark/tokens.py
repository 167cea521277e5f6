"""Tokens, beside the signatures and verifications that each costs at least."""
from collections.abc import Callable

import openssl
from bench import Bench
from measurement import Side
from scripts import each_body

# What the assertions of a round are made for: more than it can use.
ASSERTIONS_PER_SECOND = {"RS384": 14_000, "ES384": 2_500}
VERIFICATION = {"RS384": openssl.RS384_VERIFY, "ES384": openssl.ES384_VERIFY}
CONNECTIONS = 64


def assertions(algorithm: str) -> Callable[[Bench], dict[str, Side]]:
    """Each assertion is used once."""
    def sides(bench: Bench) -> dict[str, Side]:
        seconds, backend = max(1, bench.options.seconds // 2), bench.backend(algorithm)

        def lanyard():
            bodies = backend.bodies(ASSERTIONS_PER_SECOND[algorithm] * seconds)
            script = each_body(f"{bench.folder}/{algorithm}.lua", bodies)
            return bench.measure(bench.server, "/token", script, CONNECTIONS, seconds)

        return {"openssl": lambda: openssl.measure((VERIFICATION[algorithm], openssl.ES256_SIGN)), "lanyard": lanyard}
    return sides
