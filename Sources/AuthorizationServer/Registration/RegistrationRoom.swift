import Encoding
import HTTP
import Storage

/// How many clients that came by themselves there may be at once (AD-01).
extension RegistrationPolicy {
    /// After so long a client by document that nobody uses may make room for others; it can come again.
    private static let idleTime: Int64 = 86_400
    /// After so long nobody is going to approve what waits.
    private static let waitingTime: Int64 = 30 * 86_400

    /// Room for one more, in the transaction that stores it: where there is none, those go that nobody would miss. Returns
    /// their ids.
    func makeRoom(
        _ transaction: borrowing WriteTransaction, address: String, now: Int64
    ) throws -> [String] {
        guard try transaction.selfRegisteredClientCount() >= clientsAtMost else { return [] }
        let idle = try transaction.forgetIdleDocumentClients(
            before: now.subtracting(seconds: Self.idleTime), limit: 20, now: now)
        let waiting = try transaction.forgetWaitingClients(
            before: now.subtracting(seconds: Self.waitingTime), limit: 20, now: now)
        let gone = idle + waiting
        guard !gone.isEmpty else { throw Problem.tooManyClients }
        for id in gone {
            try transaction.audit(.clientRemoved, actor: "room for others", client: id, address: address, at: now)
        }
        return gone
    }
}

extension Problem {
    fileprivate static var tooManyClients: Problem {
        Problem(
            status: 503, title: "Too many clients",
            detail: "As many clients as may register themselves here have done so.", retryAfter: 3600)
    }
}
