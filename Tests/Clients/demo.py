"""`lanyard demo`, on a port and with a data folder of its own, and its command line."""
import json, os, shutil, socket, subprocess, tempfile, time, urllib.request


class Demo:
    """What the apps know of it is its issuer and its FHIR base; the rest they discover."""

    def __init__(self, binary):
        self.binary = binary
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.fhir = self.issuer + "/fhir"

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="lanyard-clients-")
        self.log = open(f"{self.folder}/log", "w+")
        self.process = subprocess.Popen(
            [self.binary, *self.arguments()], stdout=self.log, stderr=self.log)
        try:
            self.wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def arguments(self):
        return ["demo", "--port", str(self.port), "--data", f"{self.folder}/data"]

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder)

    def wait(self):
        begin = time.monotonic()
        while True:
            try:
                return urllib.request.urlopen(self.issuer + "/jwks", timeout=5).close()
            except OSError:
                if self.process.poll() is not None or time.monotonic() - begin > 60:
                    self.log.seek(0)
                    raise RuntimeError("the server did not start: " + self.log.read()[-2000:]) from None
                time.sleep(0.02)

    def command(self, *arguments, text=""):
        """One command of `lanyard`, through the demo's admin socket: what an operator types."""
        socket_path = os.path.join(self.folder, "data", "admin.sock")
        done = subprocess.run(
            [self.binary, *arguments, "--socket", socket_path, "--json"], input=text, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"lanyard {' '.join(arguments)}: {done.stderr}")
        return json.loads(done.stdout)

    def register(self, **metadata):
        """Registers an app; the registration, with its secret if it has one."""
        return self.command("client", "add", "-", text=json.dumps(metadata))
