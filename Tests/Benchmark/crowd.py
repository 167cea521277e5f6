"""A server with as many live grants as a large hospital has, each with an opaque access token."""
from backend import Backend
from filling import Span, alive, fill_with_access_tokens
from scripts import random_line
from server import Lanyard

HANDLE = 54


class Crowd:
    def __init__(self, server: Lanyard, count: int):
        """`server` is running and provisioned."""
        self.server, self.count = server, count
        self.handles = f"{server.folder}/handles"
        Backend(server, "RS384", access_token_format="opaque").token()
        self.octets_per_grant = self.refill(alive())
        server.start()

    def refill(self, span: Span) -> float:
        """So many grants more; leaves the server stopped."""
        self.server.stop()
        return fill_with_access_tokens(self.server.folder, self.count, span, self.handles)

    def restart(self) -> float:
        """The seconds from the start of the process to the first answer."""
        self.server.stop()
        return self.server.start()

    def random_tokens(self) -> str:
        """The script that asks about any of the tokens."""
        basic = self.server.basic["records"]["Authorization"]
        return random_line(f"{self.server.folder}/random.lua", self.handles, HANDLE, "token", basic)
