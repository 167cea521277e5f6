"""The server's own OpenAPI document is valid, and what the server answers is what it says: to requests that the document allows,
and to requests that it does not, made up by schemathesis."""
import base64, copy, json, os, socket, subprocess, sys, tempfile, unittest

import requests
from openapi_spec_validator import OpenAPIV31SpecValidator

from server import POLICIES, Server

HERE = os.path.dirname(os.path.abspath(__file__))
ROLE = {
    "role": "tester", "version": 1, "title": "Tester", "description": "Everything of this server's own", "holders": ["Client"],
    "extends": ["administrator"], "rules": [],
}
SECRET = "a-secret-of-the-testers"


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class OpenAPICase(unittest.TestCase):
    """`binary` is set by Tests/Clients/run before the first test."""
    binary = None

    @classmethod
    def setUpClass(cls):
        port = free_port()
        cls.administration = f"http://127.0.0.1:{port}"
        cls.server = Server(
            cls.binary, admin_listen=[{"host": "127.0.0.1", "port": port}],
            registration={"mode": "open", "scopes": ["patient/*.rs"], "approval": False, "clients_at_most": 20},
            forward_auth={"enabled": True}, limits={"guesses_per_address": 10000, "guesses_per_account": 10000})
        cls.server.__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        cls.document = requests.get(cls.server.issuer + "/openapi.json", timeout=20).json()
        cls.make_tester()

    @classmethod
    def make_tester(cls):
        """A client that may do everything that the document names, with a token for it."""
        with tempfile.TemporaryDirectory() as folder:
            with open(f"{folder}/tester.json", "w") as file:
                json.dump(ROLE, file)
            cls.server.command("policy", "apply", folder)
        scopes = cls.document["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]["scopes"]
        scope = " ".join(name for name in scopes if name.startswith("auth/"))
        cls.server.register(
            client_id="tester", client_secret=SECRET, client_name="Tester", grant_types=["client_credentials"],
            response_types=[], scope=scope)
        cls.server.command("role", "assign", "tester", "--client", "tester")
        answer = requests.post(
            cls.server.issuer + "/token", auth=("tester", SECRET), timeout=20,
            data={"grant_type": "client_credentials", "scope": scope, "resource": cls.server.issuer + "/admin/v1"})
        assert answer.status_code == 200, answer.text
        cls.token = answer.json()["access_token"]
        cls.records = cls.server.command("resource-server", "add", "--name", "Records", "--audience", cls.server.fhir)

    def test_the_document_is_valid(self):
        self.assertEqual(list(OpenAPIV31SpecValidator(self.document).iter_errors()), [])

    def test_the_administration_answers_as_it_says(self):
        self.hold(self.administration, "--include-path-regex", "^/admin/", "--header", f"Authorization: Bearer {self.token}")

    def test_the_protocol_answers_as_it_says(self):
        credentials = f"{self.records['client_id']}:{self.records['client_secret']}".encode()
        self.hold(self.server.issuer, "--exclude-path-regex", "^/admin/",
                  "--header", f"Authorization: Basic {base64.b64encode(credentials).decode()}")

    def hold(self, base, *options):
        """All checks of schemathesis, against answers that may have no member that is not in the document."""
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/openapi.json"
            with open(path, "w") as file:
                json.dump(closed(self.document), file)
            done = subprocess.run(
                [os.path.join(os.path.dirname(sys.executable), "schemathesis"), "--config-file",
                 f"{HERE}/openapi/schemathesis.toml", "run", path, "--url", base, *options],
                cwd=folder, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"})
        self.assertEqual(done.returncode, 0, done.stdout[-20000:] + done.stderr[-4000:])


def closed(document):
    """The document with every object that is only answered shut, where it does not say that there can be other members. To those
    who call it promises no such thing: what they are answered may have more members one day."""
    document = copy.deepcopy(document)
    schemas = document["components"]["schemas"]

    def named(part):
        """The schemas that a part of the document names, directly or by others."""
        found, parts = set(), [part]
        while parts:
            part = parts.pop()
            if isinstance(part, dict):
                name = part.get("$ref", "").rpartition("/")[2]
                if name in schemas and name not in found:
                    found.add(name)
                    parts.append(schemas[name])
                part = list(part.values())
            if isinstance(part, list):
                parts += part
        return found

    def close(schema):
        if isinstance(schema, list):
            for item in schema:
                close(item)
        elif isinstance(schema, dict):
            for item in schema.values():
                close(item)
            if "properties" in schema and schema.get("type") == "object":
                schema.setdefault("additionalProperties", False)

    operations = [operation for item in document["paths"].values() for method, operation in item.items()
                  if method in ("get", "post", "put", "patch", "delete")]
    answers = [operation["responses"] for operation in operations] + [document["components"]["responses"]]
    taken = named([[operation.get("requestBody"), operation.get("parameters")] for operation in operations])
    close(answers)
    close([schemas[name] for name in named(answers) - taken])
    return document
