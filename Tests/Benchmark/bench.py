"""Options, and what is started once: each when a measurement first needs it, and gone at the end."""
import argparse
from contextlib import ExitStack
from functools import cached_property

import flows, support
from backend import Backend
from crowd import Crowd
from glewlwyd import Glewlwyd
from launches import Launches
from load import Load, measure
from nginx import Nginx
from readings import Reading
from server import Lanyard

JWKS, DISCOVERY = "/jwks", "/.well-known/openid-configuration"


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
        server, client = self.server, support.Client(self.server.port)
        sizes = {path: len(client.expect(200, "GET", path)[2]) for path in (JWKS, DISCOVERY)}
        form, asking = {"token": self.own_token()}, server.basic["ehr"]
        sizes["/introspect"] = len(client.expect(200, "POST", "/introspect", form=form, headers=asking)[2])
        ports = support.free_port(), support.free_port()
        nginx = Nginx(f"{self.folder}/nginx", ports, server.certificate, server.key, sizes)
        self.stack.callback(nginx.stop)
        return nginx

    @cached_property
    def glewlwyd(self) -> Glewlwyd:
        peer = Glewlwyd(f"{self.folder}/glewlwyd")
        self.stack.callback(peer.stop)
        peer.provision()
        return peer

    @cached_property
    def crowd(self) -> Crowd:
        """With as many live grants as the options say."""
        return Crowd(self.lanyard("crowd"), self.options.grants)

    @cached_property
    def launches(self) -> Launches:
        return Launches(self.lanyard("launches"), self.options.seconds * self.options.rounds)

    def own_token(self) -> str:
        """For the server's own API, so without permissions for records. It lives for five minutes, as all of clients do."""
        return flows.service_token(self.server, support.Client(self.server.port), "auth/Token.r")

    def record_token(self) -> str:
        """For records, of a client with twelve rules."""
        return self.backend("RS384").token()

    def backend(self, algorithm: str) -> Backend:
        if algorithm not in self.backends:
            self.backends[algorithm] = Backend(self.server, algorithm)
        return self.backends[algorithm]

    def measure(self, peer: Lanyard | Nginx | Glewlwyd, path: str, script: str | None = None,
                connections: int | None = None, seconds: int | None = None, base: str | None = None) -> Reading:
        """`base`: another address of the peer than its first."""
        load = Load((base or peer.url) + path, connections or self.options.connections, script)
        return measure(load, seconds or self.options.seconds, peer.pid)
