import Encoding
import HTTP
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `AD-13 hostile JSON is refused, and ends nothing` {
    private static let bodies: [(name: String, body: String)] = [
        ("deep arrays", String(repeating: "[", count: 100_000)),
        ("33 levels", String(repeating: "[", count: 33) + String(repeating: "]", count: 33)),
        ("deep objects", String(repeating: "{\"a\":", count: 50_000)),
        ("a member twice", #"{"name":"a","name":"b"}"#),
        ("a member twice, once escaped", #"{"name":"a","n\u0061me":"b"}"#),
        ("NaN", #"{"name":NaN}"#), ("Infinity", #"{"name":-Infinity}"#),
        ("half a surrogate", #"{"name":"\ud800"}"#), ("a NUL", "{\"name\":\"\u{0}\"}"), ("nothing", ""),
    ]
    private static let numbers = [
        "9223372036854775808", "-9223372036854775809", "1e400", "-1e400", "1e-400", "1.5", "0.1e1",
        String(repeating: "9", count: 100_000),
    ]

    @Test func `in the body of every operation that reads one`() async throws {
        let server = try await TestServer.withAdministrators()
        defer { server.stop() }
        let administrator = try server.bearer("administrator")
        let before = try await server.administer(.get, "/admin/v1/groups").text
        for (name, body) in Self.bodies {
            let answer = try server.administer(.post, "/admin/v1/groups", authorization: administrator, body: body)
            #expect(answer.status == 400 && answer.json["title"] == "Not JSON", "\(name): \(answer.text)")
        }
        for number in Self.numbers {
            let body = "{\"uses\":\(number)}"
            let answer = try server.administer(
                .post, "/admin/v1/registration-tokens", authorization: administrator, body: body)
            #expect([400, 422].contains(answer.status), "\(number.prefix(30)): \(answer.status) \(answer.text)")
        }
        let long = "\"" + String(repeating: "a", count: 1 << 20) + "\""
        #expect(
            try server.administer(.post, "/admin/v1/groups", authorization: administrator, body: long).status == 413)
        #expect(try await server.administer(.get, "/admin/v1/groups").text == before)
    }
}
