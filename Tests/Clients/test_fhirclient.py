"""fhirclient, the SMART client library for Python. Version 4.4.0 finds the server by the CapabilityStatement of the
FHIR server, sends PKCE, and ignores the id_token. Its `authorize()` is for backend services, which launch nothing."""
from fhirclient.client import FHIRClient
from fhirclient.models.condition import Condition
from fhirclient.server import FHIRPermissionDeniedException

from case import LaunchCase, query

SCOPE = "openid fhirUser offline_access patient/Patient.r"
REDIRECT = "https://python.example/callback"
LAUNCH = "https://python.example/launch"


class FHIRClientLaunches(LaunchCase):
    """An app as its documentation writes one: between two requests it keeps nothing but the saved state."""

    def app(self, **settings):
        return FHIRClient(settings={"api_base": self.demo.fhir, **settings}, save_func=self.save)

    def save(self, state):
        self.state = state

    def authorize(self, app, username, patient=None):
        """The app's two requests: one sends the browser away, another takes it back. The app after that."""
        self.assertFalse(app.prepare(), "an app without a token is ready")
        url, redirect = app.authorize_url, app.redirect
        self.assertEqual(url.split("?")[0], self.demo.issuer + "/authorize")
        self.assertEqual(query(url)["code_challenge_method"], "S256")
        callback = self.browser().launch(url, redirect, username, patient)
        returned = FHIRClient(state=self.state, save_func=self.save)
        returned.handle_callback(callback)
        return returned

    def check_record(self, app, patient, family, scope):
        """The context says who the patient is, the record is theirs, and nothing beyond the scopes is readable."""
        self.assertTrue(app.ready)
        self.assertEqual(app.patient_id, patient)
        self.assert_scope(app.launch_context["scope"], scope)
        self.assertEqual(app.patient.name[0].family, family)
        with self.assertRaises(FHIRPermissionDeniedException):
            Condition.where({"patient": patient}).perform(app.server)

    def check_refresh(self, app, patient, family):
        before = app.server.auth.access_token
        self.assertTrue(app.reauthorize(), "no refresh token")
        self.assertNotEqual(app.server.auth.access_token, before)
        self.assertEqual(app.launch_context["patient"], patient)
        again = FHIRClient(state=self.state, save_func=self.save)
        again.prepare()
        self.assertEqual(again.patient.name[0].family, family)

    def test_public_standalone_launch(self):
        redirect = f"{self.demo.issuer}/app/health-diary/callback"
        app = self.app(app_id="health-diary", redirect_uri=redirect, scope=SCOPE)
        app = self.authorize(app, "patient")
        self.check_record(app, "amira-haddad", "Haddad", SCOPE + " launch/patient")
        self.check_refresh(app, "amira-haddad", "Haddad")

    def test_confidential_standalone_launch_with_a_chosen_patient(self):
        client = self.register("client_secret_basic", SCOPE + " launch/patient", REDIRECT)
        app = self.app(
            app_id=client["client_id"], app_secret=client["client_secret"], redirect_uri=REDIRECT, scope=SCOPE)
        app = self.authorize(app, "parent", patient="clara-keller")
        self.check_record(app, "clara-keller", "Keller", SCOPE + " launch/patient")
        self.assertEqual(app.patient.name[0].given, ["Clara"])
        self.check_refresh(app, "clara-keller", "Keller")

    def test_ehr_launch(self):
        for method in ("none", "client_secret_basic"):
            with self.subTest(method):
                client = self.register(method, SCOPE + " launch", REDIRECT, launch_uris=[LAUNCH])
                opened = self.demo.command(
                    "launch", "create", "--client", client["client_id"], "--user", "physician",
                    "--patient", "ben-keller", "--intent", "reconcile-medications")
                start = query(opened["launch_url"])
                self.assertEqual(start["iss"], self.demo.fhir)
                app = self.app(
                    app_id=client["client_id"], app_secret=client.get("client_secret"), redirect_uri=REDIRECT,
                    scope=SCOPE, launch_token=start["launch"])
                app = self.authorize(app, "physician")
                self.assertEqual(app.launch_context["intent"], "reconcile-medications")
                self.assertIs(app.launch_context["need_patient_banner"], True)
                self.check_record(app, "ben-keller", "Keller", SCOPE + " launch")
                self.check_refresh(app, "ben-keller", "Keller")
