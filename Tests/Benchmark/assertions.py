"""Client assertions in advance: writes one form body a line, each with its own jti, for five minutes at most.

Run by Tests/Benchmark/run with the Python of Tests/run, which has `cryptography`:
    assertions.py ALGORITHM COUNT CLIENT_ID AUDIENCE JWKS_FILE BODIES_FILE
Makes the key at the first call and writes its JWK set; with `-` for BODIES_FILE it makes only that.
"""
import base64, json, os, sys, time, urllib.parse

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature


def base64url(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def number(value, octets):
    return base64url(value.to_bytes(octets, "big"))


def load(algorithm, path):
    """The private key beside the JWK set, made if it is not there."""
    if os.path.exists(path + ".pem"):
        with open(path + ".pem", "rb") as file:
            return serialization.load_pem_private_key(file.read(), None)
    key = rsa.generate_private_key(65537, 2048) if algorithm == "RS384" else ec.generate_private_key(ec.SECP384R1())
    with open(path + ".pem", "wb") as file:
        file.write(key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    public = key.public_key().public_numbers()
    jwk = ({"kty": "RSA", "n": number(public.n, 256), "e": "AQAB"} if algorithm == "RS384" else
           {"kty": "EC", "crv": "P-384", "x": number(public.x, 48), "y": number(public.y, 48)})
    with open(path, "w") as file:
        json.dump({"keys": [{**jwk, "kid": "benchmark"}]}, file)
    return key


def sign(algorithm, key, message):
    if algorithm == "RS384":
        return key.sign(message, padding.PKCS1v15(), hashes.SHA384())
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA384())))
    return r.to_bytes(48, "big") + s.to_bytes(48, "big")


def main(algorithm, count, client_id, audience, jwks, bodies):
    key = load(algorithm, jwks)
    if bodies == "-":
        return
    header = base64url(json.dumps({"alg": algorithm, "kid": "benchmark", "typ": "JWT"}).encode())
    claims = {"iss": client_id, "sub": client_id, "aud": audience, "exp": int(time.time()) + 300}
    fixed = "&".join(f"{name}={urllib.parse.quote(value, safe='')}" for name, value in [
        ("grant_type", "client_credentials"), ("scope", "system/Patient.rs"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")])
    with open(bodies, "w") as file:
        for _ in range(int(count)):
            payload = base64url(json.dumps({**claims, "jti": base64url(os.urandom(16))}).encode())
            signature = sign(algorithm, key, f"{header}.{payload}".encode())
            file.write(f"{fixed}&client_assertion={header}.{payload}.{base64url(signature)}\n")


main(*sys.argv[1:])
