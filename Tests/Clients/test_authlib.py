"""Authlib, an OAuth and OpenID library in Python: `OAuth2Session` is its OAuth client, `OpenIDMixin` the OpenID half
of its clients for web frameworks, which checks the id_token against the server's keys, reads userinfo and signs out."""
import secrets

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.base_client.sync_openid import OpenIDMixin
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2 import rfc8414
from authlib.oidc import discovery, rpinitiated
from joserfc.errors import BadSignatureError, InvalidClaimError

from case import LaunchCase, query

SCOPE = "openid fhirUser offline_access patient/Patient.r"
REDIRECT = "https://python.example/callback?tenant=1"
LAUNCH = "https://python.example/launch"
BYE = "https://python.example/bye"
METHODS = ("none", "client_secret_basic", "client_secret_post")


class App(OpenIDMixin, OAuth2Session):
    """A SMART app: it knows its registration, and learns the rest from the server's metadata."""

    def __init__(self, metadata, registration, scope, redirect_uri=REDIRECT):
        method = registration["token_endpoint_auth_method"]
        super().__init__(
            registration["client_id"], registration.get("client_secret"), token_endpoint_auth_method=method,
            revocation_endpoint_auth_method=method, scope=scope, redirect_uri=redirect_uri,
            code_challenge_method="S256", token_endpoint=metadata["token_endpoint"])
        self.server_metadata = metadata

    def load_server_metadata(self):
        return self.server_metadata

    def _get_session(self):
        return OAuth2Session()

    def launch(self, browser, username, patient=None, **parameters):
        """The launch up to its tokens, with the id_token's claims once they are checked."""
        nonce, verifier = secrets.token_urlsafe(), secrets.token_urlsafe(48)
        url, state = self.create_authorization_url(
            self.server_metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce, **parameters)
        callback = browser.launch(url, self.redirect_uri, username, patient)
        if "error" in query(callback):
            # As its clients for frameworks do; this one would take an answer without a code for no answer at all.
            raise OAuthError(query(callback)["error"], query(callback).get("error_description"))
        token = self.fetch_token(authorization_response=callback, state=state, code_verifier=verifier)
        return token, self.parse_id_token(token, nonce)


class AuthlibLaunches(LaunchCase):
    def setUp(self):
        url = discovery.get_well_known_url(self.demo.issuer, external=True)
        self.metadata = discovery.OpenIDProviderMetadata(requests.get(url, timeout=20).json())

    def app(self, method="none", scope=SCOPE, launch="launch/patient", **more):
        scope = f"{scope} {launch}"
        return App(self.metadata, self.register(method, scope, REDIRECT, **more), scope)

    def resource_server(self):
        made = self.demo.command("resource-server", "add", "--name", "Records", "--audience", self.demo.fhir)
        return OAuth2Session(made["client_id"], made["client_secret"])

    def introspect(self, server, token):
        response = server.introspect_token(self.metadata["introspection_endpoint"], token)
        self.assertEqual(response.status_code, 200)
        return response.json()

    def patient_family(self, app, patient):
        response = app.get(f"{self.demo.fhir}/Patient/{patient}")
        self.assertEqual(response.status_code, 200)
        return response.json()["name"][0]["family"]

    def test_discovery(self):
        self.metadata.validate(metadata_classes=[rpinitiated.OpenIDProviderMetadata])
        url = rfc8414.get_well_known_url(self.demo.issuer, external=True)
        general = rfc8414.AuthorizationServerMetadata(requests.get(url, timeout=20).json())
        general.validate()
        self.assertEqual(general["issuer"], self.demo.issuer)
        self.assertEqual(self.metadata["issuer"], self.demo.issuer)
        for name in ("authorization", "token", "introspection", "revocation"):
            with self.subTest(name):
                self.assertTrue(general[name + "_endpoint"].startswith(self.demo.issuer + "/"))
                self.assertEqual(general[name + "_endpoint"], self.metadata[name + "_endpoint"])
        for method in METHODS:
            self.assertIn(method, general["token_endpoint_auth_methods_supported"])

    def test_standalone_launch(self):
        """Once for each way in which a client says who it is: code, id_token, userinfo, record, refresh, revocation."""
        for method in METHODS:
            with self.subTest(method):
                app = self.app(method)
                token, claims = app.launch(self.browser(), "patient", aud=self.demo.fhir)
                self.assertEqual(token["patient"], "amira-haddad")
                self.assert_scope(token["scope"], app.scope)
                self.assertEqual(claims["fhirUser"], f"{self.demo.fhir}/Patient/amira-haddad")
                info = app.userinfo()
                self.assertEqual((info["sub"], info["fhirUser"]), (claims["sub"], claims["fhirUser"]))
                self.assertEqual(self.patient_family(app, "amira-haddad"), "Haddad")
                self.check_refresh(app, token)
                self.check_revocation(app)

    def check_refresh(self, app, before):
        after = app.refresh_token()
        self.assertNotEqual(after["access_token"], before["access_token"])
        self.assertEqual(after["patient"], before["patient"])
        self.assert_scope(after["scope"], app.scope)
        self.assertEqual(self.patient_family(app, after["patient"]), "Haddad")

    def check_revocation(self, app):
        server, access = self.resource_server(), app.token["access_token"]
        told = self.introspect(server, access)
        self.assertIs(told["active"], True)
        self.assertEqual((told["client_id"], told["patient"]), (app.client_id, "amira-haddad"))
        self.assert_scope(told["scope"], app.scope)
        self.assertEqual(app.revoke_token(self.metadata["revocation_endpoint"]).status_code, 200)
        self.assertEqual(self.introspect(server, access), {"active": False})
        self.assertEqual(app.get(f"{self.demo.fhir}/Patient/amira-haddad").status_code, 401)
        with self.assertRaises(OAuthError) as refused:
            app.refresh_token()
        self.assertEqual(refused.exception.error, "invalid_grant")

    def test_standalone_launch_with_a_chosen_patient(self):
        app = self.app()
        token, claims = app.launch(self.browser(), "parent", patient="ben-keller", aud=self.demo.fhir)
        self.assertEqual(token["patient"], "ben-keller")
        self.assertEqual(claims["fhirUser"], f"{self.demo.fhir}/Person/nora-keller")
        self.assertEqual(self.patient_family(app, "ben-keller"), "Keller")
        self.assertEqual(app.get(f"{self.demo.fhir}/Patient/clara-keller").status_code, 404)

    def test_ehr_launch(self):
        """The EHR is a client of Authlib too: it opens the launch with a token of its own."""
        ehr = self.demo.register(
            client_name="Python EHR", grant_types=["client_credentials"], scope="auth/Launch.c",
            token_endpoint_auth_method="client_secret_basic")
        ehr = OAuth2Session(ehr["client_id"], ehr["client_secret"], scope="auth/Launch.c")
        ehr.fetch_token(self.metadata["token_endpoint"], grant_type="client_credentials")
        for method in METHODS:
            with self.subTest(method):
                app = self.app(method, launch="launch", launch_uris=[LAUNCH])
                opened = ehr.post(self.demo.issuer + "/launches", json={
                    "client_id": app.client_id, "user": "physician", "patient": "ben-keller",
                    "encounter": "ben-keller-visit-2025", "need_patient_banner": False})
                self.assertEqual(opened.status_code, 201, opened.text)
                start = query(opened.json()["launch_url"])
                token, claims = app.launch(self.browser(), "physician", aud=start["iss"], launch=start["launch"])
                self.assertEqual((token["patient"], token["encounter"]), ("ben-keller", "ben-keller-visit-2025"))
                self.assertIs(token["need_patient_banner"], False)
                self.assert_scope(token["scope"], app.scope)
                self.assertEqual(claims["fhirUser"], f"{self.demo.fhir}/Practitioner/ifeoma-okafor")
                self.assertEqual(self.patient_family(app, "ben-keller"), "Keller")
                self.assertEqual(app.refresh_token()["patient"], "ben-keller")

    def test_sign_out(self):
        app, browser = self.app(post_logout_redirect_uris=[BYE]), self.browser()
        token, _ = app.launch(browser, "patient", aud=self.demo.fhir)
        silent, _ = app.create_authorization_url(
            self.metadata["authorization_endpoint"], code_verifier=secrets.token_urlsafe(48), aud=self.demo.fhir,
            prompt="none")
        self.assertEqual(query(browser.visit(silent, REDIRECT))["error"], "consent_required")
        leave = app.create_logout_url(BYE, token["id_token"])
        self.assertEqual(browser.visit(leave["url"], BYE), f"{BYE}?state={leave['state']}")
        self.assertEqual(query(browser.visit(silent, REDIRECT))["error"], "login_required")

    def test_what_the_app_refuses(self):
        """The checks above are the library's own: an id_token for another nonce, or changed on its way, is none."""
        app = self.app()
        token, _ = app.launch(self.browser(), "patient", aud=self.demo.fhir)
        with self.assertRaises(InvalidClaimError):
            app.parse_id_token(token, "another nonce")
        header, payload, signature = token["id_token"].split(".")
        changed = {**token, "id_token": ".".join((header, payload, "AAAA" + signature[4:]))}
        with self.assertRaises(BadSignatureError):
            app.parse_id_token(changed, None)

    def test_what_the_server_refuses(self):
        app = self.app("client_secret_basic")
        app.client_secret += "x"
        with self.assertRaises(OAuthError) as refused:
            app.launch(self.browser(), "patient", aud=self.demo.fhir)
        self.assertEqual(refused.exception.error, "invalid_client")
