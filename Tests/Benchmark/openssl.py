"""What OpenSSL does by itself on core 0: the signatures and verifications that a token costs at least."""
import re, subprocess
from dataclasses import dataclass

from readings import Reading


@dataclass(frozen=True)
class Operation:
    """`program` is the name that `openssl speed` knows it by, `key` the one in its answer."""
    program: str
    key: str
    is_signature: bool


ES256_SIGN = Operation("ecdsap256", "P-256", True)
RS256_SIGN = Operation("rsa2048", "RSA-2048", True)
RS384_VERIFY = Operation("rsa2048", "RSA-2048", False)
ES384_VERIFY = Operation("ecdsap384", "P-384", False)


def rates(programs: set[str], seconds: int) -> dict[tuple[str, bool], float]:
    command = ["taskset", "-c", "0", "openssl", "speed", "-mr", "-seconds", str(seconds), *sorted(programs)]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = {}
    # Machine-readable lines: +F2:index:bits:signatures:verifications, a second, for RSA; +F4 for ECDSA.
    for kind, bits, sign, verify in re.findall(r"\+F([24]):\d+:(\d+):([\d.e+-]+):([\d.e+-]+)", text):
        name = ("RSA-" if kind == "2" else "P-") + bits
        found[name, True], found[name, False] = float(sign), float(verify)
    return found


def measure(operations: tuple[Operation, ...], seconds: int = 1) -> Reading:
    """How often in a second all of the operations can be done one after the other."""
    found = rates({operation.program for operation in operations}, seconds)
    took = sum(1 / found[operation.key, operation.is_signature] for operation in operations)
    return Reading(rate=1 / took, cpu_us=took * 1e6)
