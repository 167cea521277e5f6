"""`lanyard serve` with a configuration of its own: for what the demo does not switch on."""
import json, os, subprocess

from demo import Demo


class Server(Demo):
    def __init__(self, binary, **settings):
        super().__init__(binary)
        self.settings = settings

    def arguments(self):
        path = f"{self.folder}/lanyard.json"
        with open(path, "w") as file:
            json.dump({"issuer": self.issuer, "listen": [{"host": "127.0.0.1", "port": self.port}],
                       "fhir_servers": [{"base": self.fhir, "name": "Test records"}],
                       "data": "data", "keys": "Keys", **self.settings}, file)
        return ["serve", "--config", path]
