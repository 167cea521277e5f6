import HTTP
import JOSE
import SMART

/// Why a client's keys could not be had. For the log: whoever presents an assertion learns nothing of what is behind the
/// address (TK-19). It names no key and repeats nothing that the address answered.
struct KeySetTrouble: Error, Sendable, CustomStringConvertible {
    enum Cause: Sendable {
        /// As many wait already as may, or this server is about to end: 503, and the client may come again.
        case crowded
        case noAnswer(ClientError)
        case status(Int)
        case notJSON
        case unsound(JOSEError)
    }

    let url: WebURL
    let cause: Cause

    /// Whether it is this server's own, and says nothing about the client.
    var isOurs: Bool { if case .crowded = cause { true } else { false } }

    var description: String {
        switch cause {
        case .crowded: "the keys at \(url.value): too many wait for keys"
        case .noAnswer(let error): "the keys at \(url.value): \(error)"
        case .status(let status): "the keys at \(url.value): answered \(status)"
        case .notJSON: "the keys at \(url.value): the answer is not JSON"
        case .unsound(let error): "the keys at \(url.value): no sound key set: \(error)"
        }
    }
}
