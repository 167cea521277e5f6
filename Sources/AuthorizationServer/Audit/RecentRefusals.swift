import Encoding
import HTTP
import SMART
import Synchronization

/// The last refusals with the whole story (lessons E1): what a developer at the telephone was told, and what the log says of it.
/// In memory alone, a bounded ring. Nothing of a request but its id, method and path: query and body may hold secrets (AU-02).
package final class RecentRefusals: Sendable {
    struct Refusal: Sendable {
        /// Counts up from 1.
        let number: Int64
        let at: Int64
        let requestID: String
        let method: String
        let path: String
        let address: String
        let error: String
        let description: String
        let detail: String?
    }

    private struct Ring {
        var refusals: [Refusal] = []
        var count: Int64 = 0
    }

    private static let capacity = 1000

    private let clock: Clock
    private let ring = Mutex(Ring())

    init(_ clock: Clock) { self.clock = clock }

    func record(_ error: OAuthError, _ request: Request) {
        let now = clock.now
        ring.withLock { ring in
            ring.count += 1
            let refusal = Refusal(
                number: ring.count, at: now, requestID: request.id, method: request.method.name, path: request.path,
                address: request.peer.address, error: error.code.rawValue, description: error.description,
                detail: error.detail)
            let place = Int((ring.count - 1) % Int64(Self.capacity))
            if place < ring.refusals.count { ring.refusals[place] = refusal } else { ring.refusals.append(refusal) }
        }
    }

    /// Newest first, those before the one with the number `before` that fit.
    func list(before: Int64?, limit: Int, where fits: (Refusal) -> Bool) -> [Refusal] {
        let kept = ring.withLock { $0.refusals }
        return Array(
            kept.sorted { $0.number > $1.number }.filter { $0.number < before ?? Int64.max && fits($0) }.prefix(limit))
    }
}
