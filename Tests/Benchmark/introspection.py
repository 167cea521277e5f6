"""Introspection: of one token again and again, by what is asked about it; and of any of a million."""
from bench import Bench
from crowd import Crowd
from measurement import Side
from scripts import same_form

PATH = "/introspect"


def own(bench: Bench) -> str:
    """The script that asks about a token of this minute: the rounds may take longer than a token lives."""
    return same_form(f"{bench.folder}/own.lua", bench.server.basic["ehr"]["Authorization"], token=bench.own_token())


def of_records(bench: Bench, name: str, **more: str) -> str:
    """About a token for records, by the resource server that it is for."""
    basic = bench.server.basic["records"]["Authorization"]
    return same_form(f"{bench.folder}/{name}.lua", basic, token=bench.record_token(), **more)


def hot(bench: Bench) -> dict[str, Side]:
    decision = {"filtering": "rows elements", "request": "GET Patient?_id=456&birthdate=2001-02-03"}
    return {"nginx": lambda: bench.measure(bench.nginx, PATH, own(bench)),
            "lanyard": lambda: bench.measure(bench.server, PATH, own(bench)),
            "with permissions": lambda: bench.measure(bench.server, PATH, of_records(bench, "permissions")),
            "with a decision": lambda: bench.measure(bench.server, PATH, of_records(bench, "decision", **decision))}


def random(bench: Bench) -> dict[str, Side]:
    return random_of(bench, bench.crowd)


def random_of(bench: Bench, crowd: Crowd) -> dict[str, Side]:
    """The server keeps 20,000 verified tokens. Of others it reads the row, that of the grant and the claims each time."""
    script = crowd.random_tokens()
    return {"nginx": lambda: bench.measure(bench.nginx, PATH, script),
            "lanyard": lambda: bench.measure(crowd.server, PATH, script)}
