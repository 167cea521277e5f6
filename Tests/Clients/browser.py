"""A person at a browser without a screen: keeps cookies, follows redirects, fills in the forms of the pages."""
import html.parser, urllib.parse

import requests


class Form(html.parser.HTMLParser):
    """The POST form of a page: where it goes, and what it sends if nobody touches it."""

    def __init__(self, page):
        super().__init__()
        self.action, self.fields, self.choices, self.inside = None, [], [], False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "form":
            self.inside = values.get("method") == "post"
            if self.inside:
                self.action = values["action"]
        elif tag == "input" and self.inside:
            kind, pair = values.get("type"), (values.get("name"), values.get("value"))
            if kind == "radio":
                self.choices.append(pair)
            if kind == "hidden" or kind in ("checkbox", "radio") and "checked" in values:
                self.fields.append(pair)

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False


class Browser:
    def __init__(self, issuer):
        self.issuer, self.session = issuer, requests.Session()

    def visit(self, url, until):
        """Opens an address and goes where it leads, until the app's own address, or a page that wants an answer."""
        return self.follow(self.session.get(url, allow_redirects=False, timeout=20), until)

    def launch(self, url, redirect_uri, username, patient=None):
        """A launch from the app's authorization request to its redirect URI: signs in, picks the patient, allows."""
        answers = {
            "/sign-in": [("username", username), ("password", f"{username}-tries-the-demo")],
            "/select-patient": [("patient", patient)],
            "/consent": [("decision", "allow")],
        }
        place = self.visit(url, redirect_uri)
        while not isinstance(place, str):
            path = urllib.parse.urlsplit(place.url).path
            if place.status_code != 200 or path not in answers:
                raise AssertionError(f"{place.url} answered {place.status_code}: {place.text}")
            place = self.submit(place, answers.pop(path), redirect_uri)
        return place

    def submit(self, page, answers, until):
        form = Form(page.text)
        for name, value in answers:
            if name == "patient" and (name, value) not in form.choices:
                raise AssertionError(f"{page.url} offers {form.choices}, not the patient {value}")
        action = urllib.parse.urljoin(page.url, form.action)
        response = self.session.post(
            action, data=form.fields + answers, headers={"Origin": self.issuer}, allow_redirects=False, timeout=20)
        return self.follow(response, until)

    def follow(self, response, until):
        """A page, or the whole address if the app is reached: nobody listens there, or the demo's own sample app."""
        while response.is_redirect:
            location = urllib.parse.urljoin(response.url, response.headers["Location"])
            if location.startswith(until):
                return location
            response = self.session.get(location, allow_redirects=False, timeout=20)
        return response
