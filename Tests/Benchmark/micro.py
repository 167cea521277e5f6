"""What requests are made of, one operation at a time: the program Micro, in a build of its own, on core 0."""
import os, subprocess

import support

BUILD = f"{support.ROOT}/.build/micro"


def build() -> str:
    """The path of the program. Parts that are internal to their module are measured too."""
    command = ["swift", "build", "--configuration", "release", "--product", "micro", "--scratch-path", BUILD,
               "-Xswiftc", "-enable-testing", "--quiet"]
    subprocess.run(command, cwd=support.ROOT, env=os.environ | {"LANYARD_MICRO": "1"}, check=True)
    return f"{BUILD}/release/micro"


def run() -> dict[str, float]:
    """Prints the table; the nanoseconds of each operation."""
    text = subprocess.run(["taskset", "-c", "0", build()], capture_output=True, text=True, check=True).stdout
    took = {name: float(nanoseconds) for name, nanoseconds in (line.split("\t") for line in text.splitlines())}
    reference = next(iter(took))
    print(f"{'':20}{'ns':>12}{'of ' + reference:>20}")
    for name, nanoseconds in took.items():
        print(f"{name:20}{nanoseconds:12,.0f}{nanoseconds / took[reference]:20.4f}")
    return took
