"""Nothing answered is lost, nothing used is revived.

`Load` asks for tokens, launches, redeems, refreshes and revokes on several connections, and writes each answered success
into a `Journal` of the client's own; `Check` holds the server against that journal afterwards:

  - an assertion that was answered stays used
  - every token that was answered is active, and is not once its code is shown a second time or its grant was revoked
  - a code that was redeemed stays used, one that was only answered can still be redeemed
  - a refresh token's answered successor is its successor still, and works
  - a launch that gave a code stays used, as does its consent; one that was only opened still begins a launch
  - whoever was signed in is signed in
"""
import json, random, threading

from flows import (APP, ask_silently, authorize_path, is_active, launch, open_launch, redemption, renewal, service_token,
                   token)
from support import GONE, PASSWORD, Client, Failed


class Journal:
    """What was answered. A line is written only after the whole answer was read."""

    def __init__(self):
        self.services, self.opened, self.launched, self.answered, self.redeemed, self.revoked = [], [], [], [], [], []
        self.assertions = []
        self.rotated = {}
        self.sessions = {}
        self.problems = []

    def count(self):
        return {"services": len(self.services), "assertions": len(self.assertions),
                "launches": len(self.opened) + len(self.launched),
                "redemptions": len(self.redeemed) + len(self.revoked), "revocations": len(self.revoked),
                "refreshes": sum(len(chain) - 1 for chain in self.rotated.values())}

    def secrets(self):
        return (self.services + self.opened + self.answered + self.assertions
                + [text for triple in self.redeemed for text in triple]
                + [text for chain in self.rotated.values() for pair in chain for text in pair])

    def told(self, server, since):
        """AU-02: how many of the secrets that were answered stand in what was logged since."""
        log = server.log(since)
        return sum(secret in log for secret in [PASSWORD] + self.secrets()[:5000])


class Load:
    """One thread for each connection. With a `trouble`, answers of 503 are asked again; without, they are a problem."""

    def __init__(self, server, browsers, seed=0, trouble=None, backend=None):
        self.server, self.trouble, self.journal, self.backend = server, trouble, Journal(), backend
        self.ending = self.is_cut = False
        self.random = random.Random(seed)
        works = [self.services, self.services, self.refreshes, self.refreshes] + [self.launches] * (len(browsers) - 2)
        arguments = [(), ()] + [(cookies,) for cookies in browsers]
        if backend:
            works, arguments = works + [self.assertions], arguments + [()]
        self.threads = [
            threading.Thread(target=self.run, args=(work, *rest), daemon=True) for work, rest in zip(works, arguments)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        """Ends with whole answers, unless it was cut off."""
        self.ending = True
        for thread in self.threads:
            thread.join()

    def cut(self, kill):
        """Ends in the middle: from now on connections may break."""
        self.is_cut = True
        kill()

    def run(self, work, *arguments):
        try:
            work(*arguments)
        except GONE as gone:
            if not self.is_cut:
                self.journal.problems.append(f"a connection ended in {work.__name__}: {gone!r}")
        except Failed as problem:
            self.journal.problems.append(f"under load: {problem}")

    def client(self, cookies=None):
        return Client(self.server.port, cookies, self.trouble)

    def services(self):
        client = self.client()
        while not self.ending:
            self.journal.services.append(service_token(self.server, client, "auth/Token.r"))

    def assertions(self):
        client = self.client()
        while not self.ending:
            assertion = self.backend.assertion()
            if (status := self.backend.ask(client, assertion)) != 200:
                raise Failed(f"a good assertion is refused with {status}")
            self.journal.assertions.append(assertion)

    def launches(self, cookies):
        client, journal = self.client(cookies), self.journal
        bearer = service_token(self.server, client, "auth/Launch.c")
        while not self.ending:
            handle = open_launch(client, bearer)
            if self.random.random() < 0.2:
                journal.opened.append(handle)
                continue
            code, interaction = launch(self.server, client, handle)
            journal.sessions[id(cookies)] = dict(cookies)
            journal.launched.append((handle, interaction, dict(cookies)))
            if self.random.random() < 0.2:
                journal.answered.append(code)
                continue
            # Whether an unanswered redemption happened is nobody's to say, so its code is in no list.
            given = token(client, redemption(code))
            if self.random.random() < 0.8:
                journal.redeemed.append((code, given["access_token"], given["refresh_token"]))
                continue
            client.expect(200, "POST", "/revoke", form={"token": given["refresh_token"], "client_id": APP})
            journal.revoked.append((given["access_token"], given["refresh_token"]))

    def refreshes(self, cookies):
        client = self.client(cookies)
        bearer = service_token(self.server, client, "auth/Launch.c")
        code, _ = launch(self.server, client, open_launch(client, bearer))
        given = token(client, redemption(code))
        chain = self.journal.rotated[threading.get_ident()] = [(given["refresh_token"], given["access_token"])]
        while not self.ending:
            given = token(client, renewal(chain[-1][0]))
            chain.append((given["refresh_token"], given["access_token"]))


class Check:
    """Holds the journal against the server. The order matters: replays revoke."""

    def __init__(self, server, journal, backend=None):
        self.server, self.journal, self.backend, self.lost = server, journal, backend, list(journal.problems)
        self.client = Client(server.port)

    def run(self):
        server, journal, client = self.server, self.journal, self.client
        for bearer in journal.services:
            self.require(is_active(server, client, bearer, "ehr"), "a service's token is not active")
        for assertion in journal.assertions:
            self.require(self.backend.ask(client, assertion) == 401, "a used assertion is used again")
        for cookies in journal.sessions.values():
            location = ask_silently(server, Client(server.port, dict(cookies)))
            self.require("error=consent_required" in location, f"a session is gone: {location}")
        for chain in journal.rotated.values():
            self.refresh_chain(chain)
        for bearer, refresh_token in journal.revoked:
            self.require(not is_active(server, client, bearer), "a revoked grant's token lives")
            self.require(self.renews(refresh_token) == 400, "a revoked refresh token works")
        for code in journal.answered:
            self.require(client.send("POST", "/token", form=redemption(code))[0] == 200, "an answered code is gone")
        for code, bearer, refresh_token in journal.redeemed:
            self.redeemed_code(code, bearer, refresh_token)
        for handle in journal.opened:
            location = self.begin_launch(handle)
            self.require(location.startswith(server.issuer + "/sign-in"), f"an opened launch is gone: {location}")
        for handle, interaction, cookies in journal.launched:
            location = self.begin_launch(handle)
            self.require("error=invalid_request" in location, f"a used launch begins again: {location}")
            status = Client(server.port, cookies).send("GET", f"/consent?interaction={interaction}")[0]
            self.require(status == 400, f"a consent that was given is asked again: {status}")
        return self.lost

    def require(self, condition, problem):
        if not condition:
            self.lost.append(problem)

    def renews(self, refresh_token):
        return self.client.send("POST", "/token", form=renewal(refresh_token))[0]

    def begin_launch(self, handle):
        return self.client.send("GET", authorize_path(self.server, launch=handle))[1] or ""

    def refresh_chain(self, chain):
        """Every token of it is active, and the last but one still gives the last, which works."""
        for _, bearer in chain:
            self.require(is_active(self.server, self.client, bearer), "a refreshed token is not active")
        if len(chain) > 1:
            status, _, text = self.client.send("POST", "/token", form=renewal(chain[-2][0]))
            successor = json.loads(text).get("refresh_token") if status == 200 else None
            self.require(successor == chain[-1][0], f"a rotated refresh token has another successor: {status}")
        self.require(self.renews(chain[-1][0]) == 200, "an answered refresh token does not work")

    def redeemed_code(self, code, bearer, refresh_token):
        self.require(is_active(self.server, self.client, bearer), "a redeemed code's token is not active")
        status, _, text = self.client.send("POST", "/token", form=redemption(code))
        self.require(status == 400 and "invalid_grant" in text, f"a used code is used again: {status}")
        # AZ-26: that replay ended what the code gave.
        self.require(not is_active(self.server, self.client, bearer), "a replayed code's token lives")
        self.require(self.renews(refresh_token) == 400, "its refresh token lives")
