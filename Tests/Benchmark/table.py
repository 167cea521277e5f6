"""Everything that is measured, in the order it is measured in."""
import capacity, documents, introspection, tokens
from measurement import Measurement, Verdict, cost_of, rate_of

MEASUREMENTS = [
    Measurement("jwks", "the public keys, beside nginx", documents.jwks,
                (Verdict("jwks", rate_of("lanyard", "nginx")),)),
    Measurement("introspection", "one token again and again, beside nginx; with what its roles come to; with a request to decide",
                introspection.hot,
                (Verdict("introspection", rate_of("lanyard", "nginx")),
                 Verdict("with permissions", rate_of("with permissions", "nginx")),
                 Verdict("with a decision", rate_of("with a decision", "nginx")),
                 Verdict("share of permissions", cost_of("with permissions", "lanyard")))),
    Measurement("rs384", "tokens for RS384 assertions, beside one verification and one ES256 signature",
                tokens.assertions("RS384"), (Verdict("RS384 assertion", rate_of("lanyard", "openssl")),)),
    Measurement("es384", "the same with ES384", tokens.assertions("ES384"),
                (Verdict("ES384 assertion", rate_of("lanyard", "openssl")),)),
    Measurement("flood", "introspection while ES384 assertions come as fast as they are taken", capacity.flood,
                (Verdict("p99 under assertions", lambda round: round["under load"].p99_ms / round["alone"].p99_ms),)),
]
