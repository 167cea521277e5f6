"""Introspection while others keep the server busy: ES384 assertions, the dearest to check, and sign-ins."""
import subprocess, time
from contextlib import ExitStack

import flows, support
import introspection
from bench import Bench
from load import Load, read_answers
from measurement import Side
from readings import Reading
from scripts import each_body
from tokens import ASSERTIONS_PER_SECOND, CONNECTIONS

BROWSERS = 4


class SignIns:
    """Browsers that sign in and launch the app, again and again; how many did in how long."""

    def __init__(self, server: support.Server):
        self.server, self.count = server, 0
        self.failures: list[str] = []
        self.bearer = flows.service_token(server, support.Client(server.port), "auth/Launch.c")

    def work(self, ending):
        trouble = support.Trouble()
        while not ending.is_set():
            client = support.Client(self.server.port, {}, trouble)
            flows.launch(self.server, client, flows.open_launch(client, self.bearer))
            self.count += 1


def flood(bench: Bench) -> dict[str, Side]:
    backend, seconds = bench.backend("ES384"), bench.options.seconds + 2
    # What the others came to while the side "under load" was measured.
    others: dict[str, Reading] = {}

    def flooded():
        bodies = backend.bodies(ASSERTIONS_PER_SECOND["ES384"] * seconds)
        load = Load(f"{bench.server.url}/token", CONNECTIONS, each_body(f"{bench.folder}/flood.lua", bodies))
        sign_ins, begin = SignIns(bench.server), time.monotonic()
        with ExitStack() as browsers, subprocess.Popen(load.command(seconds), stdout=subprocess.PIPE, text=True) as wrk:
            for _ in range(BROWSERS):
                browsers.enter_context(support.InBackground(sign_ins.failures, sign_ins.work))
            time.sleep(1)
            reading = bench.measure(bench.server, introspection.PATH, introspection.own(bench))
            others["sign-ins"] = Reading(rate=sign_ins.count / (time.monotonic() - begin))
            others["ES384 assertions"] = Reading(rate=read_answers(load.url, wrk.communicate()[0]).rate)
        if sign_ins.failures:
            raise support.Failed(f"a sign-in failed: {sign_ins.failures[0]}")
        return reading

    return {"alone": lambda: bench.measure(bench.server, introspection.PATH, introspection.own(bench)),
            "under load": flooded,
            "ES384 assertions": lambda: others["ES384 assertions"], "sign-ins": lambda: others["sign-ins"]}
