import Encoding
import HTTP
import TestSupport
import Testing

@testable import AuthorizationServer

/// Lists that can be sorted, read page by page: each row once, also among rows with equal keys.
@Suite struct `AD-08 sorted lists` {
    private let server: TestServer

    /// Many with the same names, and all made in two moments.
    init() async throws {
        server = try await TestServer.withSamples()
        for (number, name) in ["Ann Lee", "ann lee", "Bo", "Ann Lee", "Zoë", "bo", "Émile"].enumerated() {
            if number == 4 { server.clock.advance(60) }
            try await server.administer(
                .post, "/admin/v1/users",
                [
                    "username": .string("person-\(9 - number)"), "password": .string(TestServer.password),
                    "name": .string(name),
                ])
            try await server.administer(
                .post, "/admin/v1/clients",
                [
                    "client_id": .string("app-\(9 - number)"), "client_name": .string(name), "scope": "openid",
                    "redirect_uris": ["https://app.example/cb"],
                ])
        }
        for patient in ["1", "2", "3", "1", "2"] {
            _ = try App.publicApp.tokens(
                server, as: "physician", scope: "launch/patient patient/*.rs", patient: patient)
        }
    }

    struct List: Sendable, CustomTestStringConvertible {
        let path: String
        let member: String
        /// What names a row.
        let id: String
        let sort: String
        /// What the list is sorted by, where the row says it.
        var key: String?
        var query = ""

        var testDescription: String { "\(path)?sort=\(sort)\(query)" }
    }

    static let lists: [List] = [
        List(path: "/clients", member: "clients", id: "client_id", sort: "client_id", key: "client_id"),
        List(path: "/clients", member: "clients", id: "client_id", sort: "name", key: "client_name"),
        List(path: "/clients", member: "clients", id: "client_id", sort: "created", key: "client_id_issued_at"),
        List(
            path: "/clients", member: "clients", id: "client_id", sort: "name", key: "client_name", query: "&name=NN"),
        List(path: "/clients", member: "clients", id: "client_id", sort: "created", query: "&name=o"),
        List(path: "/users", member: "users", id: "username", sort: "created", key: "created_at"),
        List(path: "/users", member: "users", id: "username", sort: "username", key: "username"),
        List(path: "/users", member: "users", id: "username", sort: "name", key: "name"),
        List(
            path: "/users", member: "users", id: "username", sort: "username", key: "username", query: "&username=Per"),
        List(path: "/grants", member: "grants", id: "id", sort: "created", key: "id"),
        List(path: "/grants", member: "grants", id: "id", sort: "created", key: "id", query: "&user=physician"),
        List(path: "/grants", member: "grants", id: "id", sort: "created", key: "id", query: "&client=public-app"),
        List(path: "/grants", member: "grants", id: "id", sort: "created", key: "id", query: "&patient=1"),
        List(path: "/sessions", member: "sessions", id: "id", sort: "created", key: "id"),
        List(path: "/sessions", member: "sessions", id: "id", sort: "created", key: "id", query: "&user=physician"),
    ]

    private func ask(_ path: String, _ query: String) async -> (status: Int, json: JSON) {
        let answer = await server.administration.respond(
            to: Request(method: .get, path: "/admin/v1" + path, query: Array(query.utf8)))
        return (answer.status, (try? JSON(parsing: answer.body)) ?? .null)
    }

    /// All rows, by pages of that size.
    private func rows(_ list: List, _ direction: String, limit: Int) async throws -> [JSON] {
        var rows: [JSON] = []
        var after = ""
        while true {
            let answer = await ask(list.path, "sort=\(direction)\(list.sort)\(list.query)&limit=\(limit)\(after)")
            try #require(answer.status == 200, "\(answer.json.text)")
            let page = answer.json[list.member]?.arrayValue ?? []
            #expect(page.count <= limit)
            rows += page
            guard let next = answer.json["next"]?.stringValue else { return rows }
            try #require(rows.count < 100 && !page.isEmpty, "it does not end")
            after = "&after=" + PercentEncoding.encode(next)
        }
    }

    @Test(arguments: lists)
    func `pages of every size show each row once, in order, either way round`(list: List) async throws {
        defer { server.stop() }
        let all = try await rows(list, "", limit: 500)
        #expect(all.count >= 2 && Set(all.map { $0[list.id]?.text }).count == all.count, "\(all)")
        if let key = list.key {
            let keys = all.compactMap { $0[key] }
            let isSorted = zip(keys, keys.dropFirst()).allSatisfy { before, next in
                if let before = before.integerValue, let next = next.integerValue { return before <= next }
                // In whichever case of ASCII letters.
                let texts = [before, next].map { ($0.stringValue ?? "").utf8.map { Self.lowercased($0) } }
                return !texts[1].lexicographicallyPrecedes(texts[0])
            }
            #expect(isSorted, "\(keys)")
        }
        for limit in [1, 2, 3] {
            let up = try await rows(list, "", limit: limit), down = try await rows(list, "-", limit: limit)
            #expect(up == all, "\(limit)")
            #expect(down.reversed() == all, "\(limit)")
        }
    }

    private static func lowercased(_ octet: UInt8) -> UInt8 { (0x41...0x5A).contains(octet) ? octet | 0x20 : octet }

    @Test func `a page goes on where the row before it was removed`() async throws {
        defer { server.stop() }
        let first = await ask("/users", "sort=name&limit=3")
        let next = try #require(first.json["next"]?.stringValue)
        let last = try #require(first.json["users"]?.arrayValue?.last?["username"]?.stringValue)
        let before = await ask("/users", "sort=name&limit=3&after=\(next)")
        try await server.administer(.delete, "/admin/v1/users/" + last)
        let after = await ask("/users", "sort=name&limit=3&after=\(next)")
        #expect(before.json == after.json && after.json["users"]?.arrayValue?.count == 3)
    }

    @Test(arguments: [
        ("/clients", "sort=secret"), ("/clients", "sort=-"), ("/clients", "sort=--name"), ("/users", "sort=password"),
        ("/users", "sort=Name"), ("/users", "sort=name&username=per"), ("/grants", "sort=expires_at"),
        ("/sessions", "sort=created%20desc"), ("/users", "sort="), ("/groups", "sort=name"),
    ])
    func `a key that the list cannot be sorted by is named`(path: String, query: String) async throws {
        defer { server.stop() }
        let answer = await ask(path, query)
        #expect(answer.status == 400 && answer.json.text.contains("sort"), "\(answer.json.text)")
    }

    @Test func `a cursor is bound to the order that it was made in, and what is none is named`() async throws {
        defer { server.stop() }
        let orders = ["", "sort=name", "sort=-name", "sort=created", "sort=-created"]
        for path in ["/users", "/clients"] {
            for made in orders {
                let next = try #require(await ask(path, made + "&limit=2").json["next"]?.stringValue)
                for other in orders {
                    let answer = await ask(path, other + "&limit=2&after=\(next)")
                    let usual = path == "/users" ? "sort=created" : "sort=client_id"
                    let isSame = other == made || [made, other].allSatisfy { $0.isEmpty || $0 == usual }
                    #expect(answer.status == (isSame ? 200 : 400), "\(path) \(made) \(other)")
                    if !isSame { #expect(answer.json["errors"]?.arrayValue?.first?["member"] == "after") }
                }
            }
        }
        // A number, a name, one that is cut, one with a part more, one that is no UTF-8, one of no number.
        for cursor in [
            "x", "3", "physician", "created.", "created..MQ.", "created._w.MQ", "created..eA", "created.*.MQ",
        ] {
            for path in ["/users", "/grants", "/sessions"] {
                let answer = await ask(path, "after=" + cursor)
                #expect(answer.status == 400, "\(path) \(cursor)")
                #expect(answer.json["errors"]?.arrayValue?.first?["member"] == "after", "\(answer.json.text)")
            }
        }
        #expect(await ask("/clients", "sort=created&after=created.eA.YQ").status == 400)
        #expect(await ask("/users", "after=physician&username=p").status == 400)
    }
}
