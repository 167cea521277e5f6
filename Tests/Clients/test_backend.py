"""Clients with keys: a backend service, a resource server and one that registers itself, as their libraries do it."""
import time, unittest

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.jwk import ECKey, RSAKey
from jwskate import Jwk
from requests_oauth2client import ClientSecretBasic, InvalidClient, OAuth2Client, PrivateKeyJwt

SCOPE = "system/Patient.rs"
REGISTRATION = {"mode": "token", "scopes": ["system/*.rs", "patient/*.rs", "openid", "fhirUser", "launch/patient"],
                "approval": True, "redirect_hosts": ["python.example"]}


class BackendCase(unittest.TestCase):
    """`server` is set by Tests/Clients/run before the first test."""
    server = None

    def setUp(self):
        self.metadata = requests.get(
            self.server.issuer + "/.well-known/oauth-authorization-server", timeout=20).json()

    def register(self, keys, **more):
        return self.server.register(
            client_name="Python backend", token_endpoint_auth_method="private_key_jwt", jwks={"keys": keys},
            grant_types=["client_credentials"], response_types=[], **{"scope": SCOPE, **more})


class RequestsOAuth2Client(BackendCase):
    def client(self, key, client_id, algorithm):
        """Every endpoint from the server's metadata."""
        loader = OAuth2Client.from_discovery_document(
            self.metadata, issuer=self.server.issuer, testing=True,
            auth=PrivateKeyJwt(client_id, key, alg=algorithm))
        return loader

    def key(self, algorithm):
        return Jwk.generate(alg=algorithm, kid=f"key-{algorithm}")

    def test_a_backend_service_gets_a_token_and_looks_at_it(self):
        for algorithm in ("RS384", "ES384"):
            with self.subTest(algorithm):
                key = self.key(algorithm)
                registration = self.register([key.public_jwk().to_dict()])
                client = self.client(key, registration["client_id"], algorithm)
                token = client.client_credentials(scope=SCOPE)
                self.assertEqual((token.scope, token.token_type.lower()), (SCOPE, "bearer"))
                self.assertLessEqual(token.expires_in, 300)
                self.assertIsNone(token.refresh_token)
                seen = client.introspect_token(token)
                self.assertTrue(seen["active"])
                self.assertEqual((seen["client_id"], seen["scope"]), (registration["client_id"], SCOPE))
                self.assertTrue(client.revoke_access_token(token))
                self.assertEqual(client.introspect_token(token), {"active": False})

    def test_algorithms_beyond_the_two_are_for_clients_that_registered_them(self):
        for algorithm in ("RS256", "PS256", "ES256", "EdDSA"):
            with self.subTest(algorithm):
                key = Jwk.generate(alg=algorithm, kid="k", **({"crv": "Ed25519"} if algorithm == "EdDSA" else {}))
                plain = self.register([key.public_jwk().to_dict(), self.key("RS384").public_jwk().to_dict()])
                with self.assertRaises(InvalidClient):
                    self.client(key, plain["client_id"], algorithm).client_credentials(scope=SCOPE)
                named = self.register([key.public_jwk().to_dict()], token_endpoint_auth_signing_alg=algorithm)
                self.assertEqual(self.client(key, named["client_id"], algorithm).client_credentials(scope=SCOPE).scope, SCOPE)

    def test_another_key_is_no_key(self):
        key = self.key("ES384")
        registration = self.register([key.public_jwk().to_dict()])
        with self.assertRaises(InvalidClient):
            self.client(self.key("ES384"), registration["client_id"], "ES384").client_credentials(scope=SCOPE)

    def test_a_resource_server_introspects_with_its_secret(self):
        key = self.key("ES384")
        backend = self.register([key.public_jwk().to_dict()])
        token = self.client(key, backend["client_id"], "ES384").client_credentials(scope=SCOPE)
        records = self.server.command("resource-server", "add", "--name", "Records", "--audience", self.server.fhir)
        resource_server = OAuth2Client.from_discovery_document(
            self.metadata, issuer=self.server.issuer, testing=True,
            auth=ClientSecretBasic(records["client_id"], records["client_secret"]))
        seen = resource_server.introspect_token(token)
        self.assertTrue(seen["active"])
        self.assertEqual(seen["aud"], self.server.fhir)


class SMARTKeyJWT(PrivateKeyJWT):
    """SMART App Launch 2.2, client-confidential-asymmetric: an assertion lives for five minutes at most, where Authlib gives
    it an hour, and names its key, which Authlib does not do of itself."""

    def sign(self, auth, token_endpoint):
        self.claims = {"exp": int(time.time()) + 300}
        self.headers = {"kid": auth.client_secret.kid, "typ": "JWT"}
        return super().sign(auth, token_endpoint)


class Authlib(BackendCase):
    def session(self, key, client_id, algorithm):
        session = OAuth2Session(
            client_id, key, token_endpoint_auth_method="private_key_jwt", revocation_endpoint_auth_method="private_key_jwt")
        session.register_client_auth_method(SMARTKeyJWT(self.metadata["token_endpoint"], alg=algorithm))
        return session

    def test_its_own_assertions_live_too_long(self):
        algorithm, key = self.keys()[0]
        registration = self.register([key.as_dict(private=False)])
        session = OAuth2Session(registration["client_id"], key, token_endpoint_auth_method="private_key_jwt")
        session.register_client_auth_method(
            PrivateKeyJWT(self.metadata["token_endpoint"], headers={"kid": key.kid}, alg=algorithm))
        with self.assertRaises(OAuthError):
            session.fetch_token(self.metadata["token_endpoint"], grant_type="client_credentials", scope=SCOPE)

    def keys(self):
        return (("RS384", RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})),
                ("ES384", ECKey.generate_key("P-384", {"kid": "ec", "use": "sig"})))

    def test_a_backend_service_gets_a_token_and_looks_at_it(self):
        for algorithm, key in self.keys():
            with self.subTest(algorithm):
                registration = self.register([key.as_dict(private=False)])
                session = self.session(key, registration["client_id"], algorithm)
                token = session.fetch_token(self.metadata["token_endpoint"], grant_type="client_credentials", scope=SCOPE)
                self.assertEqual(token["scope"], SCOPE)
                seen = session.introspect_token(self.metadata["introspection_endpoint"], token["access_token"]).json()
                self.assertTrue(seen["active"])
                session.revoke_token(self.metadata["revocation_endpoint"], token["access_token"])
                seen = session.introspect_token(self.metadata["introspection_endpoint"], token["access_token"]).json()
                self.assertEqual(seen, {"active": False})

    def test_a_client_registers_itself_and_minds_its_registration(self):
        algorithm, key = self.keys()[1]
        wanted = {"client_name": "Self-made Python", "token_endpoint_auth_method": "private_key_jwt",
                  "jwks": {"keys": [key.as_dict(private=False)]}, "grant_types": ["client_credentials"],
                  "response_types": [], "scope": SCOPE}
        endpoint = self.metadata["registration_endpoint"]
        self.assertEqual(requests.post(endpoint, json=wanted, timeout=20).status_code, 401)
        initial = self.server.command("registration-token", "create", "--uses", "1")["token"]
        registered = requests.post(
            endpoint, json=wanted, headers={"Authorization": f"Bearer {initial}"}, timeout=20)
        self.assertEqual(registered.status_code, 201, registered.text)
        made = registered.json()
        # It waits until an administrator has looked at it.
        with self.assertRaises(OAuthError):
            self.session(key, made["client_id"], algorithm).fetch_token(
                self.metadata["token_endpoint"], grant_type="client_credentials", scope=SCOPE)
        version = self.server.command("client", "show", made["client_id"])["version"]
        self.server.command("client", "approve", made["client_id"], "--version", version)
        # Who registers itself has no role: what it may do, an administrator says.
        self.server.command("role", "assign", "backend-reader", "--client", made["client_id"])
        session = self.session(key, made["client_id"], algorithm)
        token = session.fetch_token(self.metadata["token_endpoint"], grant_type="client_credentials", scope=SCOPE)
        self.assertEqual(token["scope"], SCOPE)
        # RFC 7592: read, delete.
        mine = {"Authorization": f"Bearer {made['registration_access_token']}"}
        read = requests.get(made["registration_client_uri"], headers=mine, timeout=20)
        self.assertEqual((read.status_code, read.json()["client_id"]), (200, made["client_id"]))
        mine = {"Authorization": f"Bearer {read.json().get('registration_access_token', made['registration_access_token'])}"}
        self.assertEqual(requests.delete(made["registration_client_uri"], headers=mine, timeout=20).status_code, 204)
        self.assertEqual(requests.get(made["registration_client_uri"], headers=mine, timeout=20).status_code, 401)


