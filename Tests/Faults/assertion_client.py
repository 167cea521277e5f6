"""A client that signs assertions (RFC 7523)."""
import base64, json, subprocess, time, uuid


def base64url(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def openssl(*arguments, data=b""):
    return subprocess.run(["openssl", *arguments], input=data, capture_output=True, check=True).stdout


class AssertionClient:
    """Registered with a key, which openssl(1) signs with. `arguments`: of `lanyard client add`."""

    def __init__(self, server, *arguments, scope="auth/Token.r", **metadata):
        self.server, self.scope, self.key = server, scope, f"{server.folder}/client.pem"
        openssl("genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", self.key)
        modulus = openssl("rsa", "-in", self.key, "-noout", "-modulus").decode().strip().removeprefix("Modulus=")
        jwk = {"kty": "RSA", "alg": "RS384", "kid": "1", "e": "AQAB", "n": base64url(bytes.fromhex(modulus))}
        self.id = server.command("client", "add", "-", *arguments, text=json.dumps({
            "client_name": "Report", "token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [jwk]},
            "grant_types": ["client_credentials"], "response_types": [], "scope": scope, **metadata}))["client_id"]

    def assertion(self, now=None, **claims):
        """`now`: what the server's clock says; None: what this machine's says."""
        end = (int(time.time()) if now is None else now) + 290
        head = {"alg": "RS384", "kid": "1", "typ": "JWT"}
        claims = {"iss": self.id, "sub": self.id, "aud": f"{self.server.issuer}/token", "exp": end,
                  "jti": str(uuid.uuid4()), **claims}
        signed = ".".join(base64url(json.dumps(part).encode()) for part in (head, claims))
        return f"{signed}.{base64url(openssl('dgst', '-sha384', '-sign', self.key, data=signed.encode()))}"

    def form(self, assertion):
        return {"grant_type": "client_credentials", "scope": self.scope, "client_assertion": assertion,
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}

    def ask(self, client, assertion):
        """The status of the answer."""
        return client.send("POST", "/token", form=self.form(assertion))[0]
