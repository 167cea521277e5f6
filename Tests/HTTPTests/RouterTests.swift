import Testing

@testable import HTTP

@Suite struct `Routes` {
    private func router(_ routes: [Route]) throws -> Router {
        try Router(routes) { error, _ in .text(500, "\(error)") }
    }

    @Test(arguments: [
        ["/a", "/a"], ["/a/{x}", "/a/{y}"], ["/a/{x}/c", "/a/b/{y}"], ["/{x}/b", "/a/{y}"], ["a"], [""], ["/a b"],
        ["/a?b"], ["/{x}/{x}"], ["/{}"], ["/{x}y"],
    ])
    func `routes that cannot be told apart are refused when the table is made`(_ patterns: [String]) throws {
        #expect(throws: RouteConflict.self) { _ = try router(patterns.map { Route(.get, $0, Fixed()) }) }
    }

    @Test(arguments: [
        ["/a/{x}", "/a/b"], ["/a/{x}", "/a/{x}/b"], ["/{x}", "/"], ["/{x}/{y}", "/a/{y}", "/a/b"],
    ])
    func `a more specific pattern goes first`(_ patterns: [String]) throws {
        _ = try router(patterns.map { Route(.get, $0, Fixed()) })
        _ = try router(patterns.reversed().map { Route(.get, $0, Fixed()) })
    }

    struct Name: ImmediateEndpoint {
        let name: String
        func respond(to request: Request) throws -> Response {
            let parameters = request.pathParameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            return Response(status: 200, body: Array(([name] + parameters).joined(separator: " ").utf8))
        }
    }

    private func table() throws -> Router {
        try router(
            [
                (.get, "/"), (.get, "/clients"), (.post, "/clients"), (.get, "/clients/{id}"),
                (.delete, "/clients/{id}"),
                (.post, "/clients/search"), (.get, "/clients/{id}/keys/{kid}"), (.get, "/clients/{id}/keys/first"),
                (.options, "/cors"), (.get, "/cors"),
            ].map { (method: HTTP.Method, pattern: String) in
                Route(method, pattern, Name(name: "\(method.name) \(pattern)"))
            })
    }

    @Test(arguments: [
        ("GET", "/", "GET /"), ("GET", "/clients", "GET /clients"), ("POST", "/clients", "POST /clients"),
        ("GET", "/clients/7", "GET /clients/{id} id=7"), ("DELETE", "/clients/7", "DELETE /clients/{id} id=7"),
        ("GET", "/clients/search", "GET /clients/{id} id=search"), ("POST", "/clients/search", "POST /clients/search"),
        ("GET", "/clients/a%20b%C3%A9", "GET /clients/{id} id=a bé"),
        ("GET", "/clients/a+b", "GET /clients/{id} id=a+b"),
        ("GET", "/clients/7/keys/k", "GET /clients/{id}/keys/{kid} id=7 kid=k"),
        ("GET", "/clients/7/keys/first", "GET /clients/{id}/keys/first id=7"), ("OPTIONS", "/cors", "OPTIONS /cors"),
    ])
    func `a request reaches its endpoint`(_ method: String, _ path: String, _ answer: String) async throws {
        let response = await (try table()).respond(to: Request(method: Method(method), path: path))
        #expect(response.status == 200)
        #expect(String(decoding: response.body, as: UTF8.self) == answer)
    }

    @Test(arguments: [
        "/nothing", "/clients/", "/clients//keys/k", "/clients/7/keys", "/clients/7/keys/", "//", "/Clients", "",
        "/clients/%FF", "/clients/7/keys/k/", "clients",
    ])
    func `another path is 404`(_ path: String) async throws {
        #expect(await (try table()).respond(to: Request(method: .get, path: path)).status == 404)
    }

    @Test(arguments: [
        ("DELETE", "/clients", "GET, HEAD, POST, OPTIONS"),
        ("PUT", "/clients/search", "POST, GET, HEAD, DELETE, OPTIONS"),
        ("POST", "/", "GET, HEAD, OPTIONS"), ("TRACE", "/clients/7", "GET, HEAD, DELETE, OPTIONS"),
    ])
    func `another method is 405 with Allow`(_ method: String, _ path: String, _ allow: String) async throws {
        let response = await (try table()).respond(to: Request(method: Method(method), path: path))
        #expect(response.status == 405)
        #expect(response.header("allow") == allow)
    }

    @Test func `OPTIONS is answered, for one path and for all`() async throws {
        let router = try table()
        let one = await router.respond(to: Request(method: .options, path: "/clients"))
        #expect(one.status == 204 && one.header("Allow") == "GET, HEAD, POST, OPTIONS")
        let all = await router.respond(to: Request(method: .options, path: "*"))
        #expect(all.status == 204 && all.header("Allow")?.contains("DELETE") == true)
        #expect(await router.respond(to: Request(method: .options, path: "/nothing")).status == 404)
    }

    @Test func `HEAD reaches the GET endpoint as GET, and has no body`() async throws {
        let response = await (try table()).respond(to: Request(method: .head, path: "/clients/7"))
        #expect(response.status == 200 && response.body.isEmpty)
    }

    @Test func `an unknown route is 404 before its body is looked at`() throws {
        let server = try TestServer()
        let answer = try server.answer("POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n{{{")
        #expect(answer?.status == 404)
    }

    @Test func `cookies are found by their exact name, and two different ones are none`() {
        func cookie(_ fields: [String]) -> String? {
            Request(method: .get, path: "/", headers: Headers(fields.map { ("Cookie", $0) })).cookie("__Host-s")
        }
        #expect(cookie(["__Host-s=abc"]) == "abc")
        #expect(cookie(["a=b; __Host-s=a=b; c=d"]) == "a=b")
        #expect(cookie(["a=b", "__Host-s=x"]) == "x")
        #expect(cookie(["x__Host-s=abc"]) == nil)
        #expect(cookie(["__host-s=abc; __Host-s"]) == nil)
        #expect(cookie(["__Host-s=a; __Host-s=b"]) == nil)
        #expect(cookie(["__Host-s=a", "__Host-s=a"]) == "a")
        // Equal to Unicode, and yet two.
        #expect(cookie(["__Host-s=\u{E9}; __Host-s=e\u{301}"]) == nil)
    }

    @Test func `headers are found in any letter case, first and all`() {
        let headers = Headers([("Accept", "a"), ("X-Odd", "é"), ("ACCEPT", "b")])
        #expect(headers["accept"] == "a" && headers["Accept"] == "a" && headers["accep"] == nil)
        #expect(headers.values("accept") == ["a", "b"])
        #expect(headers["x-odd"] == "é")
        #expect(headers.all.map(\.name) == ["Accept", "X-Odd", "ACCEPT"])
    }

    @Test func `a value that is not UTF-8 is read octet by octet, nothing is lost`() throws {
        let head =
            Array("GET / HTTP/1.1\r\nHost: a\r\nX-Odd: ".utf8) + [0x63, 0x61, 0x66, 0xe9] + Array("\r\n\r\n".utf8)
        let requests = try Parsing.requests([head]).get()
        #expect(requests.first?.headers["x-odd"] == "café")
    }

    @Test func `every request has a name of its own`() throws {
        let names = (1...100).map { RequestID(loop: 7, count: $0).text }
        #expect(Set(names).count == 100 && names.allSatisfy { $0.utf8.count == 24 })
    }
}
