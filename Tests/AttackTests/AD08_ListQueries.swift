import Encoding
import HTTP
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

/// What a list does not understand it refuses: passed over, it would show the first page again, or everybody.
@Suite struct `AD-08 every list reads its query strictly` {
    private struct List {
        let path: String
        let hasCursors: Bool
        let filters: [String]
    }

    /// From what is published of each row of the table.
    private func lists(_ server: TestServer) -> [List] {
        let document = OpenAPIDocument(server.authorization).json
        return server.authorization.administrationOperations.compactMap { row in
            let operation = document["paths"]?["/admin/v1" + row.path]?[row.method.name.lowercased()]
            let parameters = operation?["parameters"]?.arrayValue ?? []
            guard parameters.contains(where: { $0["name"] == "limit" }) else { return nil }
            let after = parameters.first { $0["name"] == "after" }
            return List(
                path: row.path.split(separator: "/").map { $0.hasPrefix("{") ? "/any" : "/\($0)" }.joined(),
                hasCursors: after?["schema"]?["pattern"] != nil,
                filters: parameters.compactMap { $0["name"]?.stringValue }.filter { $0 != "limit" && $0 != "after" })
        }
    }

    private func expectRefused(
        _ server: TestServer, _ path: String, _ query: String, naming parameter: String
    ) async {
        let answer = await server.administration.respond(
            to: Request(method: .get, path: "/admin/v1" + path, query: Array(query.utf8)))
        let text = String(decoding: answer.body, as: UTF8.self)
        #expect(answer.status == 400 && text.contains(parameter), "\(path)?\(query): \(answer.status) \(text)")
    }

    @Test func `a wrong page, an unknown parameter and an empty filter are named`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let lists = lists(server)
        #expect(lists.count >= 18 && lists.filter(\.hasCursors).count >= 13)
        for list in lists {
            for limit in ["0", "501", "-1", "ten"] {
                await expectRefused(server, list.path, "limit=\(limit)", naming: "limit")
            }
            await expectRefused(server, list.path, "limit=1&limit=2", naming: "limit")
            await expectRefused(server, list.path, "no-such=1", naming: "no-such")
            if list.hasCursors { await expectRefused(server, list.path, "after=x!", naming: "after") }
            for filter in list.filters { await expectRefused(server, list.path, "\(filter)=", naming: filter) }
        }
    }

    @Test func `a plan and a check are made anew each time, and a creation is not`() async throws {
        let server = try await TestServer.started()
        defer { server.stop() }
        let rows = server.authorization.administrationOperations.filter { $0.method == .post && !$0.isRepeatable }
        #expect(
            Set(rows.map(\.path)) == [
                "/configuration/plan", "/role-policies/check", "/role-policies/plan", "/explain", "/tokens/inspect",
                "/audit-events/verify",
            ])
        func ask(_ path: String, _ body: JSON) async -> Response {
            await server.administration.respond(
                to: Request(
                    method: .post, path: "/admin/v1" + path,
                    headers: Headers([("Content-Type", "application/json"), ("Idempotency-Key", "one" + path)]),
                    body: body.serialized()))
        }
        for _ in 0..<2 {
            let plan = await ask("/role-policies/plan", ["files": []])
            #expect(plan.status == 200 && !plan.isReplayed)
        }
        #expect(await ask("/groups", ["name": "nights"]).status == 201)
        #expect(await ask("/groups", ["name": "nights"]).isReplayed)
    }
}

extension Response {
    fileprivate var isReplayed: Bool { headers.contains { $0.name == "Idempotency-Replayed" } }
}
