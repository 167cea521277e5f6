/// Why octets are no request this server takes: the status to answer with, and a fixed text that repeats no input.
/// The connection is closed after it, since what follows on it cannot be trusted to be where it seems (HT-01).
struct ParseFailure: Error, Equatable {
    let status: Int
    let reason: String

    init(_ status: Int, _ reason: String) {
        self.status = status
        self.reason = reason
    }

    /// RFC 9112 §2.2: the message does not match the grammar.
    static func malformed(_ reason: String) -> ParseFailure { ParseFailure(400, reason) }
}
