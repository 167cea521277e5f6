import Encoding
import HTTP
import Storage

/// `/admin/v1/backups`: that somebody copies the whole database is recorded before they do.
struct BackupAdministration: Sendable {
    let server: AuthorizationServer

    /// `{"file"}`: where the copy goes, in the operator's words.
    @Sendable func record(_ request: AdministrationRequest) async throws -> Response {
        guard let file = StatedReason(try request.json()["file"]?.stringValue) else {
            throw Problem(
                status: 422, title: "No file", detail: "See the members named in errors.",
                errors: [("file", "must name the copy, in one line of at most 1000 octets")])
        }
        let (now, address, caller) = (server.clock.now, request.peer.address, request.caller.name)
        try await request.write(server.database) { transaction in
            try transaction.audit(.backupMade, actor: caller, address: address, detail: file.text, at: now)
        }
        return Response(status: 204)
    }
}
