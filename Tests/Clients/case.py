"""What the launches of both libraries share."""
import sys, unittest, unittest.mock, urllib.parse

import requests

from browser import Browser


def query(url):
    """The parameters of an address; a parameter that comes twice is a mistake of whoever wrote it."""
    pairs = urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query, keep_blank_values=True, strict_parsing=True)
    assert len(dict(pairs)) == len(pairs), url
    return dict(pairs)


class Recorder:
    """The last answers to anything that went through requests: libraries keep an answer from their exceptions."""

    def __init__(self):
        self.answers, send = [], requests.adapters.HTTPAdapter.send

        def recorded(adapter, request, **options):
            response = send(adapter, request, **options)
            self.answers = self.answers[-2:] + [response]
            return response

        self.patch = unittest.mock.patch.object(requests.adapters.HTTPAdapter, "send", recorded)

    def print(self):
        for answer in self.answers:
            where = f"{answer.request.method} {answer.url}: {answer.status_code}"
            print(where, answer.headers.get("Location", ""), answer.text[:2000], sep="\n  ", file=sys.stderr)


class LaunchCase(unittest.TestCase):
    """`demo` is set by Tests/Clients/run before the first test."""
    demo = None
    maxDiff = None

    def run(self, result):
        def problems():
            return len(result.failures) + len(result.errors)

        before, recorder = problems(), Recorder()
        with recorder.patch:
            super().run(result)
        if problems() > before:
            recorder.print()

    def browser(self):
        return Browser(self.demo.issuer)

    def register(self, method, scope, redirect_uri, **more):
        return self.demo.register(
            client_name=f"Python app ({method})", redirect_uris=[redirect_uri], token_endpoint_auth_method=method,
            grant_types=["authorization_code", "refresh_token"], scope=scope, **more)

    def assert_scope(self, granted, asked):
        """Order means nothing in RFC 6749 §3.3."""
        self.assertEqual(sorted(granted.split()), sorted(asked.split()))
