"""A server with codes and refresh tokens of EHR launches that nobody has used yet."""
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass

import flows, support
from filling import fill_with_handles
from server import Lanyard


@dataclass(frozen=True)
class Kind:
    """`table` has so many of them for each second, more than are used. None for `scope` is that of the fault tests."""
    table: str
    per_second: int
    form: Callable[[str], dict[str, str]]
    scope: str | None = None


CODE = Kind("codes", 5_000, flows.redemption)
# With `openid` a new id_token would come each time.
REFRESH_TOKEN = Kind("refresh_tokens", 20_000, flows.renewal, "launch patient/Patient.rs offline_access")


class Launches:
    def __init__(self, server: Lanyard, seconds: int):
        """`server` is running and provisioned. `seconds`: for how long each kind will be used."""
        self.server = server
        flows.launched_tokens(server, support.Client(server.port, {}))
        server.stop()
        self.handles = {}
        for kind in (CODE, REFRESH_TOKEN):
            path = f"{server.folder}/{kind.table}"
            fill_with_handles(server.folder, kind.table, kind.per_second * seconds, path, kind.scope)
            self.handles[kind] = open(path)
        server.start()

    def bodies(self, kind: Kind, seconds: int) -> str:
        """The path of a file with forms for so many seconds, none of which was sent before."""
        path = f"{self.server.folder}/{kind.table}.bodies"
        with open(path, "w") as file:
            for _ in range(kind.per_second * seconds):
                file.write(urllib.parse.urlencode(kind.form(next(self.handles[kind]).strip())) + "\n")
        return path
