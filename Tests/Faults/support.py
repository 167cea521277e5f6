"""What the fault tests share: a server in a folder of its own, connections to it, and how a test ends.

`Server` starts `lanyard serve` as a user would, perhaps within another program (strace, prlimit) and with other settings.
`Client` is one keep-alive connection; given a `Trouble`, it takes 503 for what it is and asks again, as a good client does.
"""
import argparse, base64, contextlib, http.client, json, os, random, shutil, signal, socket, subprocess, sys, tempfile
import threading, time, urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
USER, PASSWORD = "physician", "a password for the fault tests"
APP, REDIRECT = "app", "https://app.example/cb"
SCOPE = "launch openid fhirUser patient/Patient.rs offline_access"
GONE = (OSError, http.client.HTTPException)
# What the run time of Swift writes when a program traps.
TRAPS = ("Fatal error", "Program crashed", "Crash: ", "Precondition failed", "stack-overflow")


class Failed(Exception):
    """An answer that a working server does not give."""


class Ended(Exception):
    """The server ended instead of answering."""

    def __init__(self, code, log):
        super().__init__(f"the server ended with {code}: {log[-500:]}")
        self.code, self.log = code, log

    def why_unclear(self):
        """None if it refused as it should: by an exit code, with a line that says why, and by no trap."""
        if self.code is None or self.code <= 0:
            return f"the exit code is {self.code}"
        if any(trap in self.log for trap in TRAPS):
            return "the log tells of a trap"
        lines = [line for line in self.log.splitlines() if line.startswith("lanyard: ")]
        return None if len(lines) == 1 else f"{len(lines)} lines say why"


class Trouble:
    """The 503s that clients were given: how many, for how long in a row, and what was not clear in one."""

    def __init__(self, patience=20):
        self.count, self.patience, self.unclear = 0, patience, []

    def take(self, what, answer, text):
        self.count += 1
        kind = answer.headers.get("Content-Type", "")
        is_told = kind.startswith("text/html") or kind == "application/problem+json" and "title" in json.loads(text)
        if not is_told or "Retry-After" not in answer.headers or '"error"' in text:
            self.unclear.append(f"{what}: a 503 that is not clear: {dict(answer.headers)} {text[:200]}")


class Client:
    """One keep-alive connection; its cookies are a browser's."""

    def __init__(self, port, cookies=None, trouble=None, source="127.0.0.1", timeout=20):
        self.port, self.cookies, self.trouble = port, cookies if cookies is not None else {}, trouble
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout, source_address=(source, 0))

    def send(self, method, path, form=None, headers=None, body=None):
        headers = dict(headers or {})
        if form is not None:
            body = urllib.parse.urlencode(form)
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return self.keep_cookies(*self.ask(method, path, body, headers))

    def ask(self, method, path, body, headers):
        """The same request again for as long as the server says that it cannot answer now, if that is expected here."""
        begin = time.monotonic()
        while True:
            self.connection.request(method, path, body=body, headers=headers)
            answer = self.connection.getresponse()
            text = answer.read().decode()
            if answer.status != 503 or self.trouble is None or time.monotonic() - begin > self.trouble.patience:
                return answer, text
            self.trouble.take(f"{method} {path.partition('?')[0]}", answer, text)
            time.sleep(0.05)

    def keep_cookies(self, answer, text):
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            if "Max-Age=0" in cookie:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return answer.status, answer.headers.get("Location"), text

    def expect(self, status, *arguments, **more):
        answer = self.send(*arguments, **more)
        if answer[0] != status:
            raise Failed(f"{arguments[:2]}: {answer[0]} {answer[1] or ''} {answer[2][:300]}")
        return answer


def free_port():
    """Below those that the system gives to outgoing connections: one of these would keep the server from coming back."""
    while True:
        with socket.socket() as free, contextlib.suppress(OSError):
            free.bind(("127.0.0.1", random.SystemRandom().randrange(20000, 32000)))
            return free.getsockname()[1]


class Server:
    """What the test and the server agree on, and the process."""

    def __init__(self, binary, folder, file="lanyard.json", **settings):
        self.binary, self.folder, self.basic, self.process = binary, folder, {}, None
        # Where a trap was, without what was in memory.
        self.environment = {"SWIFT_BACKTRACE": "enable=yes,color=no,registers=none"}
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.base = self.issuer + "/fhir"
        self.settings = {
            "issuer": self.issuer, "listen": [f"127.0.0.1:{self.port}"], "data": "data", "keys": "keys",
            "policies_directory": f"{ROOT}/Policies", "fhir_servers": [{"base": self.base, "name": "Records"}],
            "lifetimes": {"refresh_grace": 120, "code": 600}, "limits": {"guesses_per_address": 100000}, **settings}
        self.configuration = f"{folder}/{file}"
        with open(self.configuration, "w") as file:
            json.dump(self.settings, file)

    def start(self, within=(), limit=30, **environment):
        """Starts the server; the seconds until it answered. `within`: a program that runs it."""
        begin, told = time.monotonic(), self.log_size()
        with open(f"{self.folder}/log", "ab") as log:
            self.process = subprocess.Popen(
                [*within, self.binary, "serve", "--config", self.configuration], stdout=log, stderr=log,
                env={**os.environ, **self.environment, **environment})
        while True:
            try:
                if Client(self.port).send("GET", "/jwks")[0] == 200:
                    return time.monotonic() - begin
            except GONE:
                pass
            code = self.process.poll()
            if code is not None or time.monotonic() - begin > limit:
                raise Ended(code, self.log(told))
            time.sleep(0.002)

    @property
    def pid(self):
        """Of the server itself, where another program runs it."""
        pid = self.process.pid
        if os.readlink(f"/proc/{pid}/exe") == os.path.realpath(self.binary):
            return pid
        with open(f"/proc/{pid}/task/{pid}/children") as children:
            return int(children.read().split()[0])

    def kill(self):
        self.stop(signal.SIGKILL)

    def stop(self, how=signal.SIGTERM):
        """The exit code of what was started; nothing happens where it has ended already."""
        if self.process is None:
            return None
        with contextlib.suppress(OSError, IndexError):
            if self.process.poll() is None:
                os.kill(self.pid, how)
        try:
            return self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Failed("the server did not stop within 30 s") from None

    def resident(self):
        """Megabytes of memory."""
        with open(f"/proc/{self.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024

    def log_size(self):
        with contextlib.suppress(OSError):
            return os.path.getsize(f"{self.folder}/log")
        return 0

    def log(self, since=0):
        with open(f"{self.folder}/log", "rb") as log:
            log.seek(since)
            return log.read().decode(errors="replace")

    def try_command(self, *arguments, text=""):
        """One command of `lanyard`, through the admin socket of the running server."""
        return subprocess.run(
            [self.binary, *arguments, "--config", self.configuration, "--json"], input=text, capture_output=True,
            text=True)

    def command(self, *arguments, text=""):
        done = self.try_command(*arguments, text=text)
        if done.returncode != 0:
            raise Failed(f"{arguments}: {done.stderr}")
        return json.loads(done.stdout)

    def provision(self):
        service = {"client_name": "EHR", "grant_types": ["client_credentials"], "response_types": [],
                   "scope": "auth/Launch.c auth/Token.r"}
        app = {"client_id": APP, "client_name": "App", "token_endpoint_auth_method": "none", "scope": SCOPE,
               "grant_types": ["authorization_code", "refresh_token"], "redirect_uris": [REDIRECT],
               "launch_uris": ["https://app.example/launch"]}
        patient = {"resourceType": "Patient", "id": "1", "birthDate": "2001-02-03", "name": [{"family": "Doe"}]}
        ehr = self.command("client", "add", "-", text=json.dumps(service))
        records = self.command("resource-server", "add", "--name", "Records", "--audience", self.base)
        for name, made in (("ehr", ehr), ("records", records)):
            pair = f"{made['client_id']}:{made['client_secret']}".encode()
            self.basic[name] = {"Authorization": "Basic " + base64.b64encode(pair).decode()}
        self.command("client", "add", "-", text=json.dumps(app))
        self.command("patient", "import", "-", text=json.dumps(patient))
        self.command("user", "add", USER, "--fhir-user", "Practitioner/9", "--role", "clinician", "--keep-password",
                     "--password-stdin", text=PASSWORD + "\n")

    def is_ready(self):
        with contextlib.suppress(*GONE):
            return Client(self.port).send("GET", "/health/ready")[0] == 200
        return False

    def integrity(self):
        """Of a copy: the server itself shall recover the files as they were left."""
        with tempfile.TemporaryDirectory() as copy:
            for name in os.listdir(f"{self.folder}/data"):
                if name.startswith("lanyard.sqlite") and not name.endswith(("-shm", ".lock")):
                    shutil.copy(f"{self.folder}/data/{name}", copy)
            done = subprocess.run(
                ["sqlite3", f"{copy}/lanyard.sqlite", "PRAGMA integrity_check"], capture_output=True, text=True)
            return done.stdout.strip() or done.stderr.strip()


class InBackground(threading.Thread):
    """Runs while a `with` block does; what fails in it goes into `failures`."""

    def __init__(self, failures, work, *arguments):
        super().__init__(daemon=True)
        self.failures, self.work, self.arguments, self.ending = failures, work, arguments, threading.Event()

    def run(self):
        try:
            self.work(self.ending, *self.arguments)
        except (Failed, *GONE) as problem:
            if self.ending.is_set() and not isinstance(problem, Failed):
                return
            self.failures.append(f"in {self.work.__name__}: {problem!r}")

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        self.join()


def wait_until(condition, seconds, what):
    """The seconds until something is so; `Failed` if it never is."""
    begin = time.monotonic()
    while not condition():
        if time.monotonic() - begin > seconds:
            raise Failed(f"not within {seconds} s: {what}")
        time.sleep(0.02)
    return time.monotonic() - begin


def percentile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else float("nan")


def run(test, description, **defaults):
    """Reads the options, gives the test a folder and says how it ended.

    `test(options, folder, failures)` gives its figures as a dictionary. Each of the defaults is an option.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=f"{ROOT}/.build/debug/lanyard", help="the program (default: %(default)s)")
    parser.add_argument("--seed", type=int, help="repeats what is random (default: a new one)")
    parser.add_argument("--verbose", action="store_true")
    for name, value in defaults.items():
        parser.add_argument("--" + name.replace("_", "-"), type=type(value), default=value, help="default: %(default)s")
    options = parser.parse_args()
    options.binary = os.path.abspath(options.binary)
    options.seed = random.SystemRandom().randrange(1 << 32) if options.seed is None else options.seed
    random.seed(options.seed)
    if not os.path.exists(options.binary):
        sys.exit(f"there is no {options.binary}: swift build --product lanyard")
    failures, figures, begin = [], {}, time.monotonic()
    with tempfile.TemporaryDirectory(prefix="lanyard-fault-") as folder:
        try:
            figures = test(options, folder, failures)
        except (Failed, Ended, *GONE) as problem:
            failures.append(f"{type(problem).__name__}: {problem}")
    told = ", ".join(f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}"
                     for name, value in figures.items())
    print(f"{os.path.basename(sys.argv[0])}: {told}; seed {options.seed}, {time.monotonic() - begin:.0f} s,"
          f" {len(failures)} violations")
    for failure in failures[:20]:
        print(f"  FAILED {failure}")
    sys.exit(1 if failures else 0)


@contextlib.contextmanager
def running(server, **how):
    """Started, and gone at the end whatever happens."""
    try:
        server.start(**how)
        yield server
    finally:
        server.kill()
