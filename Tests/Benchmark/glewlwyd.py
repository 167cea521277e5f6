"""glewlwyd (Debian's glewlwyd) as the peer that is an authorization server in C, with SQLite: where it is installed."""
import contextlib, json, os, shutil, sqlite3, subprocess

import support
from readings import Missing
from scripts import basic_field

CONFIGURATION = """\
port={port}
bind_address="127.0.0.1"
external_url="{url}"
api_prefix="api"
log_mode="file"
log_level="ERROR"
log_file="{folder}/log"
cookie_secure=0
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="{prefix}/lib/glewlwyd/user"
client_module_path="{prefix}/lib/glewlwyd/client"
user_auth_scheme_module_path="{prefix}/lib/glewlwyd/scheme"
plugin_module_path="{prefix}/lib/glewlwyd/plugin"
hash_algorithm="SHA512"
database = {{ type = "sqlite3" path = "{folder}/glewlwyd.sqlite" }}
"""
CLIENT, SECRET, SCOPE = "benchmark", "a secret for the benchmark", "records"


class Glewlwyd:
    """Signs access tokens with ES256, for a client's secret; introspects them for the same client."""

    def __init__(self, folder: str):
        program = shutil.which("glewlwyd")
        if not program:
            raise Missing("glewlwyd is not installed")
        self.folder, self.port = folder, support.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.basic = basic_field(CLIENT, SECRET)
        os.makedirs(folder)
        prefix = os.path.dirname(os.path.dirname(program))
        self.make_files(prefix)
        self.process = subprocess.Popen(["taskset", "-c", "0", program, "-c", f"{folder}/glewlwyd.conf"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.client = support.Client(self.port, {})

    def make_files(self, prefix: str) -> None:
        with open(f"{prefix}/share/dbconfig-common/data/glewlwyd/install/sqlite3") as schema, \
                contextlib.closing(sqlite3.connect(f"{self.folder}/glewlwyd.sqlite")) as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.executescript(schema.read())
        with open(f"{self.folder}/glewlwyd.conf", "w") as file:
            file.write(CONFIGURATION.format(folder=self.folder, port=self.port, url=self.url, prefix=prefix))
        subprocess.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{self.folder}/key.pem"],
                       check=True)
        subprocess.run(["openssl", "pkey", "-in", f"{self.folder}/key.pem", "-pubout", "-out", f"{self.folder}/public.pem"],
                       check=True)

    def answers(self) -> bool:
        with contextlib.suppress(*support.GONE):
            support.Client(self.port).send("GET", "/api/")
            return True
        return False

    def provision(self) -> None:
        """By the administrator that comes with the schema."""
        support.wait_until(self.answers, 20, "glewlwyd answers")
        keys = {}
        for name, file in (("key", "key.pem"), ("cert", "public.pem")):
            with open(f"{self.folder}/{file}") as text:
                keys[name] = text.read()
        self.tell("/api/auth/", {"username": "admin", "password": "password"})
        self.tell("/api/scope/", {"name": SCOPE, "display_name": SCOPE, "password_required": False, "scheme": {}})
        self.tell("/api/mod/plugin/", {"module": "oidc", "name": "oidc", "display_name": "OpenID Connect", "parameters": {
            "iss": self.url, "jwt-type": "ecdsa", "jwt-key-size": "256", **keys, "access-token-duration": 3600,
            "refresh-token-duration": 3600, "code-duration": 60, "refresh-token-rolling": False, "allow-non-oidc": True,
            "auth-type-client-enabled": True, "introspection-revocation-allowed": True,
            "introspection-revocation-allow-target-client": True, "scope": []}})
        self.tell("/api/client/", {"client_id": CLIENT, "name": CLIENT, "enabled": True, "confidential": True,
                                   "client_secret": SECRET, "token_endpoint_auth_method": ["client_secret_basic"],
                                   "authorization_type": ["client_credentials"], "scope": [SCOPE], "redirect_uri": []})

    def tell(self, path: str, body: dict) -> None:
        self.client.expect(200, "POST", path, body=json.dumps(body), headers={"Content-Type": "application/json"})

    @property
    def pid(self) -> int:
        return self.process.pid

    def token(self) -> str:
        answer = self.client.expect(200, "POST", "/api/oidc/token", headers={"Authorization": self.basic},
                                    form={"grant_type": "client_credentials", "scope": SCOPE})
        return json.loads(answer[2])["access_token"]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(15)
