"""A certificate for 127.0.0.1, which the server and nginx both use."""
import subprocess


def make(certificate: str, key: str) -> None:
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc",
                    "-days", "2", "-subj", "/CN=127.0.0.1", "-out", certificate, "-keyout", key],
                   check=True, capture_output=True)
