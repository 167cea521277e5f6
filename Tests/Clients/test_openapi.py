"""The server's own OpenAPI document is valid, and what the server answers is what it says: to requests that the document allows,
and to requests that it does not, made up by schemathesis."""
import base64, copy, json, os, socket, subprocess, sys, tempfile, unittest

import requests
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from server import Server

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
            forward_auth={"enabled": True}, limits={"guesses_per_address": 10000})
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
        # The first ones are for the taking: whoever makes up numbers finds 1.
        for name in ("first", "second", "tester"):
            registration = {
                "client_id": name, "client_secret": SECRET, "client_name": name, "grant_types": ["client_credentials"],
                "response_types": [], "scope": scope}
            cls.server.command("client", "add", "-", "--role", "tester", text=json.dumps(registration))
        cls.scope = scope
        cls.records = cls.server.command("resource-server", "add", "--name", "Records", "--audience", cls.server.fhir)

    @classmethod
    def get_token(cls, scope, **more):
        answer = requests.post(
            cls.server.issuer + "/token", auth=("tester", SECRET), timeout=20,
            data={"grant_type": "client_credentials", "scope": scope, **more})
        assert answer.status_code == 200, answer.text
        return answer.json()["access_token"]

    def setUp(self):
        self.renew()

    def renew(self):
        """Tokens of clients live for five minutes."""
        self.token = self.get_token(self.scope, resource=self.server.issuer + "/admin/v1")

    def test_the_document_is_valid(self):
        self.assertEqual(list(OpenAPIV31SpecValidator(self.document).iter_errors()), [])

    def test_the_administration_answers_as_it_says(self):
        parts = ["clients|registration-tokens|resource-servers", "users|groups", "role-policies|explain"]
        # The figures are beside it.
        rest = f"^/(metrics$|admin/v1/(?!{'|'.join(parts)}))"
        for paths in [f"^/admin/v1/({part})" for part in parts] + [rest]:
            with self.subTest(paths):
                self.renew()
                self.hold(self.administration, f"Bearer {self.token}", "--include-path-regex", paths,
                          # A grant that is made up may be the tester's own.
                          "--exclude-operation-id", "deleteAdminV1GrantsById",
                          "--exclude-operation-id", "postAdminV1GrantsRevoke")
                # It has not shut itself out along the way.
                self.ask("GET", "/clients", 200)

    def test_the_protocol_answers_as_it_says(self):
        credentials = f"{self.records['client_id']}:{self.records['client_secret']}".encode()
        self.hold(self.server.issuer, f"Basic {base64.b64encode(credentials).decode()}",
                  "--exclude-path-regex", "^/(admin/.*|metrics|launches|explain)$")
        token = self.get_token("auth/Launch.c auth/RolePolicy.r")
        self.hold(self.server.issuer, f"Bearer {token}", "--include-path-regex", "^/(launches|explain)$")

    def test_what_was_found_once_is_refused(self):
        """A flag that is none although nothing asks for it, and members of another type where they would not be read."""
        self.ask("POST", "/role-policies/apply", 400, {"files": []}, query={"force": "AAA"})
        self.ask("POST", "/patients", 422, {"resourceType": "Bundle", "entry": {}})
        answer = requests.post(
            self.server.issuer + "/access/v1/evaluation", timeout=20,
            auth=(self.records["client_id"], self.records["client_secret"]),
            json={"subject": {"type": "token", "id": "0", "properties": []}, "action": {"name": "read"},
                  "resource": {"type": "Patient", "id": "1"}})
        self.assertEqual(answer.status_code, 400, answer.text)

    def test_what_succeeds_is_answered_as_it_says(self):
        """What is made up seldom meets what is there: each kind of thing, from its making to its end."""
        password, role = "seventeen-otters-and-a-lamp", {
            **ROLE, "role": "reader", "extends": [], "rules": [{"id": "read", "allow": "system/Patient.rs"}]}
        self.ask("POST", "/users", 201, {"username": "ann", "password": password, "fhirUser": "Practitioner/9"})
        for verb in ("disable", "enable", "unlock"):
            self.ask("POST", "/users/{username}/" + verb, 200, username="ann")
        self.ask("PUT", "/users/{username}/password", 200, {"password": password + "s"}, username="ann")
        change = {"If-Match": "*", "Content-Type": "application/merge-patch+json"}
        self.ask("PATCH", "/users/{username}", 428, {"name": "Ann"}, username="ann")
        self.ask("PATCH", "/users/{username}", 200, {"name": "Ann"}, headers=change, username="ann")
        self.ask("PATCH", "/users/{username}", 415, {"name": "Ann"}, headers={**change, "Content-Type": "text/plain"}, username="ann")
        self.ask("GET", "/users/{username}", 200, username="ann")
        self.ask("GET", "/users", 200, query={"username": "an"})
        self.ask("POST", "/groups", 201, {"name": "nights", "title": "Nights"})
        self.ask("PUT", "/groups/{name}/members/{username}", 204, name="nights", username="ann")
        made = self.ask("POST", "/role-assignments", 201, {"user": "ann", "role": "front-desk"})
        for path in ("/users", "/groups", "/role-assignments", "/role-policies", "/registration-tokens",
                     "/resource-servers", "/emergency-accesses", "/keys", "/sessions", "/settings", "/refusals", "/audit-checkpoints",
                     "/configuration", "/user-records", "/grant-records"):
            self.ask("GET", path, 200)
        self.ask("GET", "/groups/{name}/members", 200, name="nights")
        self.ask("GET", "/users/{username}/roles", 200, username="ann")
        self.ask("POST", "/role-assignments/{id}/revoke", 200, {"reason": "over"}, id=made["id"])
        self.ask("DELETE", "/groups/{name}/members/{username}", 204, name="nights", username="ann")
        self.ask("DELETE", "/groups/{name}", 204, name="nights")
        named = {"role": "reader"}
        stored = self.ask("PUT", "/role-policies/{role}", 201, role, query={"reason": "new"}, **named)
        seen = {"If-Match": f"\"{stored['revision']}\""}
        newer, why = {**role, "version": 2}, {"reason": "newer"}
        for headers, status in ((None, 428), ({"If-Match": '"0"'}, 412), (seen, 200)):
            self.ask("PUT", "/role-policies/{role}", status, newer, query=why, headers=headers, **named)
        self.ask("GET", "/role-policies/{role}", 200, **named)
        self.ask("GET", "/role-policies/{role}/history", 200, **named)
        self.ask("GET", "/role-policies/{role}/history/{revision}", 200, revision=stored["revision"], **named)
        earlier = {"revision": stored["revision"], "reason": "as before"}
        self.ask("POST", "/role-policies/{role}/restore", 200, earlier, headers={"If-Match": "*"}, **named)
        self.ask("DELETE", "/role-policies/{role}", 204, query={"reason": "over"}, headers={"If-Match": "*"}, **named)
        files = {"files": [{"name": "reader.json", "content": json.dumps(role)}]}
        self.ask("POST", "/role-policies/check", 200, files)
        self.ask("POST", "/role-policies/plan", 200, files)
        app = {
            "client_id": "chart", "redirect_uris": ["https://chart.example/callback"], "scope": "launch user/Patient.rs",
            "launch_uris": ["https://chart.example/launch"]}
        self.ask("POST", "/clients", 201, app)
        self.ask("POST", "/clients", 409, app)
        self.ask("PATCH", "/clients/{client_id}", 412, {"client_name": "Chart"}, headers={**change, "If-Match": '"0"'}, client_id="chart")
        self.ask("PATCH", "/clients/{client_id}", 200, {"client_name": "Chart"}, headers=change, client_id="chart")
        self.ask("GET", "/clients", 200, query={"name": "har"})
        client = self.ask("GET", "/clients/{client_id}", 200, client_id="chart")
        self.ask("POST", "/clients/{client_id}/approve", 200, {"version": client["version"]}, client_id="chart")
        for verb in ("disable", "enable"):
            self.ask("POST", "/clients/{client_id}/" + verb, 200, client_id="chart")
        self.ask("POST", "/explain", 200, {"user": "ann", "app": "chart", "request": "GET Patient/1"})
        once = {"Idempotency-Key": "launch-1"}
        for _ in range(2):
            self.ask("POST", "/launches", 201, {"client_id": "chart", "intent": "look"}, headers=once)
        launch = self.ask("GET", "/launches", 200, query={"client": "chart"})["launches"][0]
        self.ask("DELETE", "/launches/{id}", 204, id=launch["id"])
        secrets = self.ask("POST", "/clients/{client_id}/secrets", 201, {}, client_id="chart")["secrets"]
        self.ask("GET", "/clients/{client_id}/secrets", 200, client_id="chart")
        old = min(secret["id"] for secret in secrets)
        self.ask("DELETE", "/clients/{client_id}/secrets/{secret_id}", 204, client_id="chart", secret_id=old)
        self.ask("DELETE", "/clients/{client_id}", 204, client_id="chart")
        self.ask("GET", "/resource-servers/{client_id}", 200, client_id=self.records["client_id"])
        token = self.ask("POST", "/registration-tokens", 201, {"uses": 2})
        self.ask("DELETE", "/registration-tokens/{id}", 204, id=token["id"])
        patients = [{"resourceType": "Patient"}, {"resourceType": "Patient", "id": "p1", "name": [{"family": "Ohm"}]}]
        self.ask("POST", "/patients", 200, {"resourceType": "Bundle", "entry": [{"resource": patient} for patient in patients]})
        self.ask("GET", "/patients", 200, query={"search": "Ohm"})
        self.ask("GET", "/patients/{id}", 200, id="p1")
        self.ask("DELETE", "/patients/{id}", 204, id="p1")
        self.hold_what_is_operated(change)
        self.ask("DELETE", "/users/{username}", 204, username="ann")
        self.ask("POST", "/tokens/inspect", 200, {"token": self.token})
        self.ask("POST", "/backups", 204, {"file": "copy.sqlite"})

    def hold_what_is_operated(self, change):
        """FHIR servers, keys, grants, records of what happened, and the configuration as a whole."""
        other = {"base": "https://other.example/fhir", "id": "other"}
        self.ask("POST", "/fhir-servers", 201, other)
        self.ask("POST", "/fhir-servers", 409, other)
        self.ask("GET", "/fhir-servers", 200)
        self.ask("GET", "/fhir-servers/{id}", 200, id="other")
        brand = {"user_access_brand_bundle": "https://other.example/brands", "user_access_brand_identifier": {"value": "other"}}
        self.ask("PUT", "/fhir-servers/{id}", 428, other, id="other")
        self.ask("PUT", "/fhir-servers/{id}", 200, {**other, **brand}, headers={"If-Match": "*"}, id="other")
        self.ask("PATCH", "/fhir-servers/{id}", 200, {"user_access_brand_bundle": None}, headers=change, id="other")
        self.ask("DELETE", "/fhir-servers/{id}", 204, id="other")
        key = self.ask("POST", "/keys", 201, {"algorithm": "ES256"})
        self.ask("POST", "/keys/rotate", 409, {"algorithm": "ES256"})
        self.ask("POST", "/keys/{kid}/retire", 200, {}, kid=key["kid"])
        self.ask("POST", "/keys/reencrypt", 200)
        self.get_token("auth/Launch.c")
        grant = self.ask("GET", "/grants", 200, query={"client": "tester"})["grants"][-1]
        self.ask("GET", "/grants/{id}", 200, id=grant["id"])
        self.ask("DELETE", "/grants/{id}", 204, id=grant["id"])
        self.ask("POST", "/grants/revoke", 200, {"patient": "nobody"})
        self.ask("POST", "/grants/revoke", 422, {})
        self.ask("POST", "/user-records", 200, {"users": [{"username": ""}], "check": True})
        record = self.ask("GET", "/audit-events", 200, query={"limit": 1})["audit_events"][0]
        self.ask("GET", "/audit-events", 200, query={"limit": 2, "format": "fhir"})
        self.ask("GET", "/audit-events/{id}", 200, id=record["id"])
        progress = self.ask("POST", "/audit-events/verify", 200, {}).get("progress")
        self.ask("POST", "/audit-events/verify", 200, {"progress": progress} if progress else {})
        self.ask("POST", "/configuration/plan", 200, {"files": []})
        self.ask("POST", "/configuration/apply", 428, {"files": []})

    def ask(self, method, path, expected, body=None, *, query=None, headers=None, **named):
        """One request to the administration, and its answer held to the document."""
        answer = requests.request(
            method, self.administration + "/admin/v1" + path.format(**named), json=body, params=query, timeout=20,
            headers={"Authorization": f"Bearer {self.token}", **(headers or {})})
        self.assertEqual(answer.status_code, expected, answer.text)
        document = closed(self.document)
        described = document["paths"]["/admin/v1" + path][method.lower()]["responses"].get(str(expected))
        self.assertIsNotNone(described, f"{method} {path}: {expected} is not described")
        if "$ref" in described:
            described = document["components"]["responses"][described["$ref"].rpartition("/")[2]]
        if "content" not in described:
            return self.assertEqual(answer.content, b"")
        schema = described["content"][answer.headers["Content-Type"]]["schema"]
        Draft202012Validator({**schema, "components": document["components"]}).validate(answer.json())
        return answer.json()

    def hold(self, base, authorization, *options):
        """All checks of schemathesis, against answers that may have no member that is not in the document."""
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/openapi.json"
            with open(path, "w") as file:
                json.dump(closed(self.document), file)
            done = subprocess.run(
                [os.path.join(os.path.dirname(sys.executable), "schemathesis"), "--config-file",
                 f"{HERE}/openapi/schemathesis.toml", "run", path, "--url", base,
                 "--header", f"Authorization: {authorization}", *options],
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
