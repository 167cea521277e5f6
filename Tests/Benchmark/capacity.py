"""What the server needs, and how soon it is there: memory and the first answer."""
import subprocess, time

import introspection
from bench import Bench
from load import Load, read_answers
from measurement import Side
from readings import Reading, memory_mb


def idle(bench: Bench) -> dict[str, Side]:
    """Just started, with nothing to do."""
    def side():
        bench.server.stop()
        bench.server.start()
        time.sleep(1)
        return Reading(resident_mb=memory_mb(bench.server.pid), value=memory_mb(bench.server.pid, "RssAnon"))
    return {"lanyard": side}


def crowded(bench: Bench) -> dict[str, Side]:
    """While it is asked about any of all grants over 64 connections: anonymous memory, for the file is mapped."""
    crowd = bench.crowd
    load = Load(crowd.server.url + introspection.PATH, 64, crowd.random_tokens())

    def side():
        with subprocess.Popen(load.command(bench.options.seconds), stdout=subprocess.PIPE, text=True) as wrk:
            time.sleep(bench.options.seconds * 0.8)
            reading = Reading(resident_mb=memory_mb(crowd.server.pid), value=memory_mb(crowd.server.pid, "RssAnon"))
            read_answers(load.url, wrk.communicate()[0])
        return reading
    return {"lanyard": side}


def start(bench: Bench) -> dict[str, Side]:
    crowd = bench.crowd
    return {"lanyard": lambda: Reading(value=crowd.restart() * 1000)}
