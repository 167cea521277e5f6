import Encoding
import HTTP
import SMART
import Storage
import Synchronization

/// What is told about the FHIR servers, rendered once between two changes of them.
final class FHIRServerDocuments: Sendable {
    private struct Rendered {
        let edition: FHIRServerBook.Edition
        let list: DocumentEndpoint
        /// One for each FHIR server, in their order.
        let smart: [DocumentEndpoint]
    }

    private let discovery: Discovery
    private let servers: FHIRServerBook
    private let security: DocumentEndpoint
    private let rendered = Mutex<Rendered?>(nil)

    init(_ discovery: Discovery, _ servers: FHIRServerBook) {
        self.discovery = discovery
        self.servers = servers
        security = Self.document(discovery.capabilitySecurity)
    }

    /// `/fhir-servers`
    func list() throws(StorageError) -> DocumentEndpoint { try current().list }

    /// The `smart-configuration` of the issuer itself is that of the first FHIR server; nil where there is none.
    func smartOfFirst() throws(StorageError) -> DocumentEndpoint? { try current().smart.first }

    func smart(_ isAsked: (FHIRServer) -> Bool) throws(StorageError) -> DocumentEndpoint? {
        let current = try current()
        return zip(current.edition.servers, current.smart).first { isAsked($0.0) }?.1
    }

    /// The same for all FHIR servers that there are.
    func security(id: String) throws(StorageError) -> DocumentEndpoint? {
        try servers.edition().server(id: id).map { _ in security }
    }

    private func current() throws(StorageError) -> Rendered {
        let edition = try servers.edition()
        if let kept = rendered.withLock({ $0?.edition === edition ? $0 : nil }) { return kept }
        let made = Rendered(
            edition: edition, list: Self.document(.array(edition.servers.map(listed))),
            smart: edition.servers.map { Self.document(.object(discovery.smartConfiguration($0))) })
        rendered.withLock { $0 = made }
        return made
    }

    private static func document(_ json: JSON) -> DocumentEndpoint {
        DocumentEndpoint(json.serialized(), type: "application/json", maxAge: 300)
    }

    /// One line of `/fhir-servers`: what there is, and where its documents are.
    private func listed(_ server: FHIRServer) -> JSON {
        let folder = "\(discovery.configuration.issuer.value)/fhir-servers/\(server.id)"
        return [
            "id": .string(server.id), "name": .string(server.name), "base": .string(server.base.value),
            "fhir_version": .string(server.fhirVersion),
            "smart_configuration": .string(folder + "/.well-known/smart-configuration"),
            "capability_security": .string(folder + "/capability-security"),
        ]
    }
}

/// Answers with one of the documents, as it is now.
struct FHIRServerDocumentEndpoint: ImmediateEndpoint {
    let server: AuthorizationServer
    let document: @Sendable (FHIRServerDocuments, Request) throws -> DocumentEndpoint?

    func respond(to request: Request) throws -> Response {
        if let document = try document(server.documents, request) { return document.respond(to: request) }
        // SE-11: it may be registered any time.
        var response = server.pages.nothingHere(404, request) ?? .text(404, "There is nothing here.")
        response.forbidStoring()
        return response
    }
}

extension AuthorizationServer {
    /// Below the base of a FHIR server where that reaches us (checklist DISC-1, DISC-5). One that was registered after the
    /// start has no line in the table of routes, so it is asked for where no route has an answer.
    func documentAtBase(_ request: Request) -> Response? {
        let suffix = "/.well-known/smart-configuration"
        guard request.method == .get || request.method == .head, request.path.hasSuffix(suffix) else { return nil }
        let base = request.path.dropLast(suffix.count)
        do {
            return try documents.smart { server in
                server.base.origin == configuration.issuer.origin
                    && (server.base.path == base || server.base.path + "/" == base)
            }?.respond(to: request)
        } catch {
            return errors.response(to: error, request)
        }
    }
}
