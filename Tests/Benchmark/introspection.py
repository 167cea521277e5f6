"""Introspection of one token again and again."""
from bench import Bench
from measurement import Side
from scripts import same_form


def own(bench: Bench) -> str:
    return same_form(f"{bench.folder}/own.lua", bench.server.basic["ehr"]["Authorization"], token=bench.own_token)


def sides(bench: Bench, script: str) -> dict[str, Side]:
    return {"nginx": lambda: bench.measure(bench.nginx, "/introspect", script),
            "lanyard": lambda: bench.measure(bench.server, "/introspect", script)}


def hot(bench: Bench) -> dict[str, Side]:
    return sides(bench, own(bench))


def with_permissions(bench: Bench) -> dict[str, Side]:
    return sides(bench, of_records(bench, "permissions"))


def with_decision(bench: Bench) -> dict[str, Side]:
    return sides(bench, of_records(bench, "decision", filtering="rows elements",
                                   request="GET Patient?_id=456&birthdate=2001-02-03"))


def of_records(bench: Bench, name: str, **more: str) -> str:
    """About a token for records, by the resource server that it is for."""
    basic = bench.server.basic["records"]["Authorization"]
    return same_form(f"{bench.folder}/{name}.lua", basic, token=bench.record_token, **more)
