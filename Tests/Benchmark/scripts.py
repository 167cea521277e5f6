"""wrk's scripts: what a load sends."""
import base64, urllib.parse

FORM = "application/x-www-form-urlencoded"


def basic_field(name: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def headers(basic: str | None) -> str:
    told = f'wrk.method = "POST"\nwrk.headers["Content-Type"] = "{FORM}"\n'
    return told + (f'wrk.headers["Authorization"] = "{basic}"\n' if basic else "")


def write(path: str, *parts: str) -> str:
    with open(path, "w") as file:
        file.write("".join(parts))
    return path


def same_form(path: str, basic: str, **form: str) -> str:
    """The same form again and again."""
    return write(path, headers(basic), f'wrk.body = "{urllib.parse.urlencode(form)}"\n')


def each_body(path: str, bodies: str, basic: str | None = None) -> str:
    """Each line of the file `bodies` once; beyond them, what is refused, so that the run ends with an error."""
    return write(path, headers(basic),
                 f'local next = io.lines("{bodies}")\n'
                 'request = function() return wrk.format(nil, nil, nil, next() or "grant_type=none") end\n')


def random_line(path: str, lines: str, length: int, name: str, basic: str) -> str:
    """A form with one member: any line of the file `lines`, all of which are so long."""
    return write(path, headers(basic), f"""\
local file = assert(io.open("{lines}", "rb"))
local lines = file:read("*a")
file:close()
local count, head = #lines / {length + 1}, nil
init = function()
    math.randomseed(os.time())
    head = wrk.format(nil, nil, nil, "{name}=" .. ("0"):rep({length})):sub(1, -{length + 1})
end
request = function()
    local start = math.random(0, count - 1) * {length + 1}
    return head .. lines:sub(start + 1, start + {length})
end
""")
