"""The flows that the fault tests send: a service's token, an EHR launch up to its code, redemption and renewal."""
import base64, hashlib, json, re, urllib.parse

from support import APP, PASSWORD, REDIRECT, SCOPE, USER, Client, Failed

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


def token(client, form, **more):
    return json.loads(client.expect(200, "POST", "/token", form=form, **more)[2])


def service_token(server, client, scope):
    form = {"grant_type": "client_credentials", "scope": scope}
    return token(client, form, headers=server.basic["ehr"])["access_token"]


def open_launch(client, bearer):
    body = json.dumps({"client_id": APP, "patient": "1", "user": USER})
    headers = {"Authorization": "Bearer " + bearer, "Content-Type": "application/json"}
    return json.loads(client.expect(201, "POST", "/launches", headers=headers, body=body)[2])["launch"]


def authorize_path(server, **more):
    return "/authorize?" + urllib.parse.urlencode({
        "response_type": "code", "client_id": APP, "redirect_uri": REDIRECT, "scope": SCOPE, "state": "s", "aud": server.base,
        "code_challenge": CHALLENGE, "code_challenge_method": "S256", **more})


def follow(server, client, location):
    """Reads the pages that the server sends its own browser to; the address and the text of the last."""
    while location.startswith(server.issuer + "/"):
        path = location[len(server.issuer):]
        status, location, text = client.send("GET", path)
        if status == 200:
            return path, text
        if status != 303:
            raise Failed(f"{path}: {status} {text[:300]}")
    raise Failed(f"sent to {location}")


def fields(page):
    """The hidden fields of a page's form, and its ticked boxes."""
    found = []
    for tag in re.findall(r"<input [^>]*>", page.replace("\n", " ")):
        value, name = re.search(r'value="([^"]*)"', tag), re.search(r'name="([^"]*)"', tag)
        if value and name and ('type="hidden"' in tag or name[1] == "scope" and " checked" in tag):
            found.append((name[1], value[1].replace("&amp;", "&")))
    return found


def launch(server, client, handle):
    """A whole EHR launch up to its code. Also gives the handle of its consent."""
    _, location, _ = client.expect(303, "GET", authorize_path(server, launch=handle))
    path, page = follow(server, client, location)
    if path.startswith("/sign-in"):
        form = fields(page) + [("username", USER), ("password", PASSWORD)]
        _, location, _ = client.expect(303, "POST", "/sign-in", form=form, headers={"Origin": server.issuer})
        path, page = follow(server, client, location)
    form = fields(page) + [("decision", "allow")]
    _, location, _ = client.expect(303, "POST", "/consent", form=form, headers={"Origin": server.issuer})
    answer = urllib.parse.parse_qs(urllib.parse.urlsplit(location).query)
    if "code" not in answer:
        raise Failed(f"no code: {location}")
    return answer["code"][0], dict(form)["interaction"]


def ask_silently(server, client):
    """What the app is told to prompt=none: that consent has to be asked, if the browser is still signed in."""
    location = client.expect(303, "GET", authorize_path(server, prompt="none", scope="openid"))[1]
    while location.startswith(server.issuer + "/"):
        location = client.expect(303, "GET", location.removeprefix(server.issuer))[1]
    return location


def redemption(code):
    return {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER,
            "client_id": APP}


def renewal(refresh_token):
    return {"grant_type": "refresh_token", "refresh_token": refresh_token, "client_id": APP}


def is_active(server, client, bearer, asker="records"):
    answer = client.expect(200, "POST", "/introspect", form={"token": bearer}, headers=server.basic[asker])
    return json.loads(answer[2])["active"]


def launched_tokens(server, client):
    """The token response of a whole launch."""
    bearer = service_token(server, client, "auth/Launch.c")
    return token(client, redemption(launch(server, client, open_launch(client, bearer))[0]))


def signed_in_browsers(server, count=5):
    """Their cookies. In advance: the hash of a password takes most of a short round."""
    browsers = [{} for _ in range(count)]
    for cookies in browsers:
        client = Client(server.port, cookies)
        launch(server, client, open_launch(client, service_token(server, client, "auth/Launch.c")))
    return browsers


def change_keys(server):
    """Publishes another key and takes it back. What does not succeed says why, and has not happened."""
    done = server.try_command("key", "generate", "--algorithm", "ES256")
    if done.returncode == 0:
        done = server.try_command("key", "retire", json.loads(done.stdout)["kid"])
    if done.returncode < 0 or done.returncode > 0 and not done.stderr.startswith("lanyard: "):
        raise Failed(f"changing keys: {done.returncode} {done.stderr}")
    return done.returncode == 0


def take_back_keys(server):
    for key in server.command("key", "list")["keys"]:
        if key["state"] == "next":
            server.command("key", "retire", key["kid"])
