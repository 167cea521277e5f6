import HTTP
import SMART

/// Why a document that a client publishes could not be had. For the log: whoever asked learns nothing of what is behind the
/// address (TK-19). It names no key and repeats nothing that the address answered.
struct FetchTrouble: Error, Sendable, CustomStringConvertible {
    enum Cause: Sendable {
        /// As many wait already as may, or this server is about to end: 503, and the client may come again.
        case crowded
        case noAnswer(ClientError)
        case status(Int)
        case notJSON
        case unsound(any Error)
    }

    /// What was asked for, such as "the keys".
    let what: String
    let url: WebURL
    let cause: Cause

    /// Whether it is this server's own, and says nothing about the client.
    var isOurs: Bool { if case .crowded = cause { true } else { false } }

    var description: String {
        switch cause {
        case .crowded: "\(what) at \(url.value): too many wait for such documents"
        case .noAnswer(let error): "\(what) at \(url.value): \(error)"
        case .status(let status): "\(what) at \(url.value): answered \(status)"
        case .notJSON: "\(what) at \(url.value): the answer is not JSON"
        case .unsound(let error): "\(what) at \(url.value): not sound: \(error)"
        }
    }
}
