"""`lanyard serve` with a configuration of its own: for what the demo does not switch on."""
import json, os, subprocess

POLICIES = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "Policies")

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
                       "data": "data", "keys": "Keys", "policies_directory": POLICIES,
                       "default_roles": {"Client": "backend-reader"}, **self.settings}, file)
        return ["serve", "--config", path]
