"""Options, and what is started once: each when a measurement first needs it, and gone at the end."""
import argparse
from contextlib import ExitStack
from functools import cached_property

import flows, support
from backend import Backend
from load import Load, measure
from nginx import Nginx
from readings import Reading
from server import Lanyard


class Bench:
    def __init__(self, options: argparse.Namespace, folder: str, stack: ExitStack):
        self.options, self.folder, self.stack = options, folder, stack
        self.backends: dict[str, Backend] = {}

    def lanyard(self, name: str) -> Lanyard:
        server = Lanyard(self.options.binary, f"{self.folder}/{name}")
        self.stack.callback(server.stop)
        server.start()
        server.provision()
        return server

    @cached_property
    def server(self) -> Lanyard:
        """Of most measurements: with hardly anything in its database."""
        return self.lanyard("lanyard")

    @cached_property
    def nginx(self) -> Nginx:
        client = support.Client(self.server.port)
        size = lambda path: len(client.expect(200, "GET", path)[2])
        sizes = {"/jwks": size("/jwks"), "/introspect": self.introspection_size(client)}
        nginx = Nginx(f"{self.folder}/nginx", support.free_port(), sizes)
        self.stack.callback(nginx.stop)
        return nginx

    def introspection_size(self, client: support.Client) -> int:
        answer = client.expect(200, "POST", "/introspect", form={"token": self.own_token}, headers=self.server.basic["ehr"])
        return len(answer[2])

    @cached_property
    def own_token(self) -> str:
        """For the server's own API: a token without permissions for records."""
        return flows.service_token(self.server, support.Client(self.server.port), "auth/Token.r")

    @cached_property
    def record_token(self) -> str:
        """For records, of a client with twelve rules."""
        return self.backend("RS384").token()

    def backend(self, algorithm: str) -> Backend:
        if algorithm not in self.backends:
            self.backends[algorithm] = Backend(self.server, algorithm)
        return self.backends[algorithm]

    def load(self, url: str, script: str | None = None, connections: int | None = None) -> Load:
        return Load(url, connections or self.options.connections, script)

    def measure(self, peer: Lanyard | Nginx, path: str, script: str | None = None, connections: int | None = None,
                seconds: int | None = None) -> Reading:
        load = self.load(peer.url + path, script, connections)
        return measure(load, seconds or self.options.seconds, peer.pid)
