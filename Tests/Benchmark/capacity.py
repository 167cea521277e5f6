"""Introspection while others keep the server busy."""
import subprocess, time

import introspection
from bench import Bench
from load import read_answers
from measurement import Side
from scripts import each_body
from tokens import ASSERTIONS_PER_SECOND, CONNECTIONS


def flood(bench: Bench) -> dict[str, Side]:
    """ES384 assertions come as fast as they are taken."""
    script, backend, seconds = introspection.own(bench), bench.backend("ES384"), bench.options.seconds + 2

    def flooded():
        bodies = backend.bodies(ASSERTIONS_PER_SECOND["ES384"] * seconds)
        load = bench.load(f"{bench.server.url}/token", each_body(f"{bench.folder}/flood.lua", bodies), CONNECTIONS)
        with subprocess.Popen(load.command(seconds), stdout=subprocess.PIPE, text=True) as assertions:
            time.sleep(1)
            reading = bench.measure(bench.server, "/introspect", script)
            read_answers(load.url, assertions.communicate()[0])
        return reading

    return {"alone": lambda: bench.measure(bench.server, "/introspect", script), "under load": flooded}
