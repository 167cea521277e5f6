"""Clients that authenticate by assertions, and tokens for records by them."""
import json, subprocess

import support
from scripts import FORM
from server import Lanyard

# Of Tests/run: assertions are signed with `cryptography`.
PYTHON = f"{support.ROOT}/.build/python/bin/python"


class Backend:
    """A client with a key, registered, and assertions that it has signed in advance."""

    def __init__(self, server: Lanyard, algorithm: str, **metadata):
        self.server, self.algorithm = server, algorithm
        self.jwks = f"{server.folder}/{algorithm}.json"
        self.client_id = ""
        self.write_assertions(0, "-")
        with open(self.jwks) as file:
            keys = json.load(file)
        client = {"client_name": f"Benchmark {algorithm}", "grant_types": ["client_credentials"], "response_types": [],
                  "scope": "system/*.rs", "token_endpoint_auth_method": "private_key_jwt", "jwks": keys, **metadata}
        self.client_id = server.command("client", "add", "-", text=json.dumps(client))["client_id"]

    def write_assertions(self, count: int, bodies: str) -> None:
        subprocess.run([PYTHON, f"{support.ROOT}/Tests/Benchmark/assertions.py", self.algorithm, str(count),
                        self.client_id, f"{self.server.issuer}/token", self.jwks, bodies], check=True)

    def bodies(self, count: int) -> str:
        """The path of a file with so many forms, each with an assertion of its own, good for five minutes."""
        path = f"{self.server.folder}/{self.algorithm}.bodies"
        self.write_assertions(count, path)
        return path

    def token(self) -> str:
        with open(self.bodies(1)) as file:
            form = file.readline().strip()
        answer = support.Client(self.server.port).expect(
            200, "POST", "/token", body=form, headers={"Content-Type": FORM})
        return json.loads(answer[2])["access_token"]
