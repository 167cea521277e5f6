import Encoding
import HTTP
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `OpenAPI: what is answered is described, and nothing else` {
    /// With everything on that a configuration can switch on.
    private func server() throws -> TestServer {
        try TestServer(log: { _, _ in }) { configuration in
            configuration.registration.mode = .open
            configuration.forwardAuth = ForwardAuth()
        }
    }

    private func rows(_ server: TestServer) -> [OperationKey] {
        server.authorization.administrationOperations.map { OperationKey($0.method, $0.path) }
    }

    @Test func `every route has a description, and every description a route`() throws {
        let server = try server()
        defer { server.stop() }
        for gaps in [
            DescriptionGaps(rows(server), OpenAPIDocument.administrationGroups),
            DescriptionGaps(server.authorization.publishedOperations, OpenAPIDocument.protocolGroups),
            DescriptionGaps([OperationKey(.get, "/metrics")], [.figures]),
        ] {
            #expect(gaps.undescribed.isEmpty, "add these to Sources/AuthorizationServer/OpenAPI")
            #expect(gaps.unrouted.isEmpty, "there is no such route")
        }
    }

    @Test func `a row without a description is found, and a description without a row`() throws {
        let server = try server()
        defer { server.stop() }
        let rows = rows(server)
        for new in [OperationKey(.put, "/clients/{client_id}"), OperationKey(.get, "/clients/export")] {
            #expect(DescriptionGaps(rows + [new], OpenAPIDocument.administrationGroups).undescribed == [new])
        }
        let gone = try #require(rows.first)
        let gaps = DescriptionGaps(Array(rows.dropFirst()), OpenAPIDocument.administrationGroups)
        #expect(gaps.unrouted == [gone] && gaps.undescribed.isEmpty)
    }

    @Test func `each operation of the administration names the right of its row`() throws {
        let server = try server()
        defer { server.stop() }
        let document = OpenAPIDocument(server.authorization).json
        let below = server.authorization.administrationOperations.map { ("/admin/v1" + $0.path, $0) }
        for (path, row) in below + [("/metrics", .figures)] {
            let operation = document["paths"]?[path]?[row.method.name.lowercased()]
            let scopes = operation?["security"]?.arrayValue?.first?["oauth2"]
            #expect(scopes == [.string(row.right.description)], "\(row.method.name) \(row.path)")
            #expect(operation?["responses"]?["200"] != nil || row.method != .get, "\(path)")
            #expect(operation?["responses"]?["403"] != nil)
        }
    }

    @Test func `every route of the listener for the administration is in the document`() throws {
        let server = try server()
        defer { server.stop() }
        let paths = OpenAPIDocument(server.authorization).json["paths"]
        let documents = ["/openapi.json", server.authorization.configuration.administrationMetadataPath]
        for route in server.authorization.guardedAdministrationRoutes(server.figures)
        where !documents.contains(route.pattern) {
            #expect(
                paths?[route.pattern]?[route.method.name.lowercased()] != nil, "\(route.method.name) \(route.pattern)")
        }
    }

    /// AD-09, AD-10: what the way to every operation takes is said of each that goes that way.
    @Test func `a creation can be repeated, and what wants a fresh sign-in says so`() throws {
        let server = try server()
        defer { server.stop() }
        let document = OpenAPIDocument(server.authorization).json
        for row in server.authorization.administrationOperations {
            let operation = document["paths"]?["/admin/v1" + row.path]?[row.method.name.lowercased()]
            let headers = operation?["parameters"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
            #expect(headers.contains("Idempotency-Key") == row.isRepeatable, "\(row.method.name) \(row.path)")
            let refusal = operation?["responses"]?["401"]?["$ref"]?.stringValue
            #expect(refusal?.hasSuffix("/SignInTooOld") == row.needsFreshSignIn, "\(row.method.name) \(row.path)")
            guard row.method == .patch else { continue }
            #expect(operation?["requestBody"]?["content"]?.objectValue?.names == ["application/merge-patch+json"])
            #expect(headers.contains("If-Match") && operation?["responses"]?["428"] != nil)
        }
    }

    @Test func `every name in the document leads to something, and stands for one thing`() throws {
        let server = try server()
        defer { server.stop() }
        let document = OpenAPIDocument(server.authorization).json
        for reference in references(document) {
            let found = reference.dropFirst(2).split(separator: "/").reduce(Optional(document)) { $0?[String($1)] }
            #expect(found != nil, "\(reference)")
        }
        let paths = try #require(document["paths"]?.objectValue)
        let identifiers = paths.members.flatMap { $0.value.objectValue?.members ?? [] }
            .compactMap { $0.value["operationId"]?.stringValue }
        #expect(identifiers.count > 80 && Set(identifiers).count == identifiers.count)
        let schemas = OpenAPIDocument.groups.flatMap(\.schemas).map(\.name)
        #expect(Set(schemas).count == schemas.count)
    }

    @Test func `every listener answers the same document, once for all`() async throws {
        let server = try server()
        defer { server.stop() }
        let published = try server.send(.get, OpenAPIEndpoint.path)
        let guarded = try server.administer(.get, OpenAPIEndpoint.path, authorization: nil)
        let local = await server.administration.respond(to: Request(method: .get, path: OpenAPIEndpoint.path))
        #expect(published.status == 200 && published.body == guarded.body && published.body == local.body)
        let tag = try #require(published.headers["etag"])
        let again = try server.send(.get, OpenAPIEndpoint.path, headers: [("If-None-Match", tag)])
        #expect(again.status == 304 && again.body.isEmpty)
    }

    @Test func `what is switched off is not in the document`() throws {
        let server = try TestServer()
        defer { server.stop() }
        let names = OpenAPIDocument(server.authorization).json["paths"]?.objectValue?.names ?? []
        #expect(names.contains("/token") && !names.contains("/register") && !names.contains("/forward-auth"))
    }

    private func references(_ json: JSON) -> [String] {
        switch json {
        case .array(let elements): elements.flatMap(references)
        case .object(let object):
            object.members.flatMap { member in
                member.name == "$ref" ? [member.value.stringValue ?? ""] : references(member.value)
            }
        default: []
        }
    }
}
