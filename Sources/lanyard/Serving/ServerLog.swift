import AuthorizationServer
import Encoding
import HTTP

/// Turns what the server tells into events of the log. Of a request only its id, method, path and peer are named: query,
/// headers and body may hold secrets (AU-02).
struct ServerLog: Sendable {
    private let log: Log

    init(_ log: Log) { self.log = log }

    /// A request that was refused with more to say than its answer, or that failed.
    var failed: @Sendable (any Error, Request) -> Void {
        { [log] error, request in
            let isRefusal = error is OAuthError
            var members: JSONObject = [
                "request": .string(request.id), "method": .string(request.method.name),
                "path": .string(request.path), "peer": .string(request.peer.address), "error": .string("\(error)"),
            ]
            members["trace"] = request.trace.map { .string($0.traceID) }
            log(isRefusal ? .info : .error, isRefusal ? "request.refused" : "request.failed", members)
        }
    }

    /// What became of the audit records: their checkpoints have a copy here, outside the database.
    var audited: @Sendable (AuditNotice) -> Void {
        { [log] notice in log(notice.isTrouble ? .error : .info, notice.event, notice.members) }
    }

    /// What happened to listeners and connections.
    var happened: @Sendable (ServerEvent) -> Void {
        { [log] event in
            switch event {
            case .listening(let address): log(.info, "server.listening", ["address": .string(address)])
            case .refused(let peer, let status, let reason):
                log(
                    .info, "connection.refused",
                    [
                        "peer": .string(peer.address), "status": .integer(Int64(status)), "reason": .string(reason),
                    ])
            case .tooManyConnections(let peer):
                log(.warning, "connection.too_many", ["peer": .string(peer.address)])
            case .outOfDescriptors: log(.error, "server.out_of_descriptors")
            case .unwritableResponse(let peer):
                log(.error, "response.unwritable", ["peer": .string(peer.address)])
            case .certificateReloaded: log(.info, "certificate.reloaded")
            case .certificateKept(let reason): log(.error, "certificate.kept", ["reason": .string(reason)])
            case .stopped: log(.info, "server.stopped")
            }
        }
    }
}
