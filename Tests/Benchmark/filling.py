"""Rows in the place of the requests that would have made them, put into the database of a server that is stopped.

They are copies of real ones, in the server's own schema. A copy differs from what it is copied from by its number, its end
and its secret, of which the server keeps the SHA-256. Left out are the audit records, which are chained and signed.
"""
import base64, hashlib, itertools, json, os, sqlite3, time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

DAY = 86_400
# Rows in a transaction: a larger one makes a long log.
BATCH = 100_000
# So many handles at most are kept to be asked about, evenly chosen among all.
MOST_HANDLES = 1_000_000
# The columns that differ in a copy, by the number of its grant and its end.
Change = Callable[[int, int], dict[str, object]]


@dataclass(frozen=True)
class Span:
    """When copies end: evenly between two moments, in the order of their numbers."""
    start: int
    end: int

    def moment(self, index: int, count: int) -> int:
        return self.start + (self.end - self.start) * index // count


def alive() -> Span:
    now = int(time.time())
    return Span(now + DAY, now + 2 * DAY)


def expired() -> Span:
    now = int(time.time())
    return Span(now - DAY // 2, now - 60)


@contextmanager
def open_database(folder: str) -> Iterator[sqlite3.Connection]:
    """Of a server that is stopped."""
    path = f"{folder}/data/lanyard.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        # What a loss of power takes can be made again.
        database.execute("PRAGMA synchronous = OFF")
        yield database
    # Or else the server's own first sync would wait for all of this.
    with open(path, "rb") as file:
        os.fsync(file.fileno())


def newest(database: sqlite3.Connection, table: str, column: str = "id"):
    return database.execute(f"SELECT {column} FROM {table} ORDER BY id DESC LIMIT 1").fetchone()[0]


def insertion(database: sqlite3.Connection, table: str, changed: dict[str, str]) -> str:
    """The statement that copies the row `:template`; `changed` has the expressions of the columns that differ."""
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    values = [changed.get(column, f"template.{column}") for column in columns]
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table} AS template"


def copy_grants(database: sqlite3.Connection, template: int, count: int, span: Span, scope: str | None = None) -> range:
    """The numbers of the copies, which have another scope where one is given."""
    first = newest(database, "grants") + 1
    copy = insertion(database, "grants", {
        "id": ":first + copies.number", "expires_at": ":start + (:end - :start) * copies.number / :count",
        "scope": "coalesce(:scope, template.scope)"})
    for begin in range(0, count, BATCH):
        database.execute(
            "WITH RECURSIVE copies(number) AS (SELECT :begin UNION ALL SELECT number + 1 FROM copies WHERE number < :last) "
            f"{copy} CROSS JOIN copies WHERE template.id = :template",
            {"first": first, "count": count, "start": span.start, "end": span.end, "scope": scope, "template": template,
             "begin": begin, "last": min(begin + BATCH, count) - 1})
    return range(first, first + count)


def base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def copy_handles(database: sqlite3.Connection, table: str, grants: range, span: Span, path: str,
                 change: Change, every: int = 1) -> None:
    """A copy of the table's newest row for each grant. Every so many-th handle goes into the file `path`, each on a line.

    A handle is what the client has: the number of the row in 8 octets, and the secret.
    """
    template = newest(database, table)
    names = ["id", "grant_id", "expires_at", "secret_hash", *change(grants.start, 0)]
    copy = insertion(database, table, {name: f":{name}" for name in names}) + f" WHERE template.id = {template}"

    def rows():
        for index, grant in enumerate(grants):
            number, end, secret = template + 1 + index, span.moment(index, len(grants)), os.urandom(32)
            if number % every == 0:
                file.write(base64url(number.to_bytes(8, "big") + secret) + "\n")
            yield {"id": number, "grant_id": grant, "expires_at": end, "secret_hash": hashlib.sha256(secret).digest(),
                   **change(grant, end)}

    with open(path, "w") as file:
        every_row = rows()
        for _ in range(0, len(grants), BATCH):
            database.execute("BEGIN IMMEDIATE")
            database.executemany(copy, itertools.islice(every_row, BATCH))
            database.execute("COMMIT")


def unused(_grant: int, _end: int) -> dict[str, object]:
    return {"used_at": None}


def new_claims(text: str) -> Change:
    """Of an opaque access token: the `jti` is the number of its grant and 128 random bits."""
    told = json.dumps(json.loads(text) | {"jti": "<jti>", "exp": "<exp>"}, separators=(",", ":"))
    return lambda grant, end: {
        "claims": told.replace("<jti>", f"{grant}.{base64url(os.urandom(16))}").replace('"<exp>"', str(end))}


def size(database: sqlite3.Connection) -> int:
    """Octets of the file, without what is free in it."""
    pages, free, octets = (database.execute(f"PRAGMA {name}").fetchone()[0]
                           for name in ("page_count", "freelist_count", "page_size"))
    return (pages - free) * octets


def fill_with_access_tokens(folder: str, count: int, span: Span, path: str) -> float:
    """So many grants, each with an opaque access token; the octets of the file that each takes."""
    with open_database(folder) as database:
        before = size(database)
        claims = new_claims(newest(database, "access_tokens", "claims"))
        grants = copy_grants(database, newest(database, "access_tokens", "grant_id"), count, span)
        copy_handles(database, "access_tokens", grants, span, path, claims, every=-(-count // MOST_HANDLES))
        return (size(database) - before) / count


def fill_with_handles(folder: str, table: str, count: int, path: str, scope: str | None = None) -> None:
    """So many grants, each with a code, or a refresh token, that has not been used."""
    with open_database(folder) as database:
        span = alive()
        grants = copy_grants(database, newest(database, table, "grant_id"), count, span, scope)
        copy_handles(database, table, grants, span, path, unused)
