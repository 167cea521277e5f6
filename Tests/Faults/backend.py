"""A client that signs its assertions (RFC 7523)."""
import base64, json, subprocess, time, uuid


def base64url(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


class Backend:
    """A client with a key, which openssl(1) signs with."""

    def __init__(self, server):
        self.server, self.key = server, f"{server.folder}/client.pem"
        openssl = ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", self.key]
        subprocess.run(openssl, check=True, capture_output=True)
        modulus = subprocess.run(["openssl", "rsa", "-in", self.key, "-noout", "-modulus"], check=True,
                                 capture_output=True, text=True).stdout.strip().partition("=")[2]
        jwk = {"kty": "RSA", "alg": "RS384", "kid": "1", "e": "AQAB", "n": base64url(bytes.fromhex(modulus))}
        self.id = server.command("client", "add", "-", text=json.dumps({
            "client_name": "Report", "token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [jwk]},
            "grant_types": ["client_credentials"], "response_types": [], "scope": "auth/Token.r"}))["client_id"]

    def assertion(self, now=None):
        """`now`: what the server's clock says; None: what this machine's says."""
        end = (int(time.time()) if now is None else now) + 290
        head = {"alg": "RS384", "kid": "1", "typ": "JWT"}
        claims = {"iss": self.id, "sub": self.id, "aud": f"{self.server.issuer}/token", "exp": end, "jti": str(uuid.uuid4())}
        signed = ".".join(base64url(json.dumps(part).encode()) for part in (head, claims)).encode()
        signature = subprocess.run(["openssl", "dgst", "-sha384", "-sign", self.key], input=signed, check=True,
                                   capture_output=True).stdout
        return signed.decode() + "." + base64url(signature)

    def ask(self, client, assertion):
        return client.send("POST", "/token", form={
            "grant_type": "client_credentials", "scope": "auth/Token.r", "client_assertion": assertion,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"})[0]
