import HTTP
import SMART
import Synchronization

/// The documents of one kind that clients publish at addresses of their own, fetched on threads of their own and kept for as
/// long as the address allows (TK-19, TK-20). One fetch at a time for each address, and others who want the same document
/// wait for it.
final class RemoteDocuments<Content: Sendable & Equatable>: Sendable {
    private typealias Outcome = Result<Fetched<Content>, FetchTrouble>
    private typealias Waiter = CheckedContinuation<Outcome?, Never>

    private struct State {
        var cache = DocumentCache<Content>()
        /// Who waits, for each fetch under way.
        var waiters: [WebURL: [Waiter]] = [:]
        var isStopped = false
    }

    private enum Step {
        case answer(Outcome?)
        case wait
        case fetch(FetchLane)
    }

    private let kind: DocumentKind<Content>
    private let outbound: OutboundClient
    private let clock: Clock
    private let lanes: FetchLanes
    private let state = Mutex(State())

    private let waitersPerAddress = 64

    /// `threads`: what they are named.
    init(_ kind: DocumentKind<Content>, outbound: OutboundClient, clock: Clock, threads: String) {
        self.kind = kind
        self.outbound = outbound
        self.clock = clock
        lanes = FetchLanes(threads)
    }

    /// From the cache while that is allowed, else fetched.
    func document(at url: WebURL) async throws(FetchTrouble) -> Fetched<Content> {
        let outcome = await ask(url) { cache, _, now in cache.decide(url, now: now) }
        return try (outcome ?? .failure(kind.trouble(url, .crowded))).get()
    }

    /// Fetched again, but not often. Nil if that is not allowed now, or nothing has changed.
    func newerDocument(at url: WebURL, than old: Content) async throws(FetchTrouble) -> Content? {
        let outcome = await ask(url) { cache, isUnderWay, now in
            cache.decide(url, newerThan: old, isUnderWay: isUnderWay, now: now)
        }
        guard let content = try outcome?.get().content, content != old else { return nil }
        return content
    }

    /// Whether `document` would begin no fetch now.
    func isKnown(_ url: WebURL) -> Bool {
        state.withLock { state in
            if state.waiters[url] != nil { return true }
            if case .known = state.cache.decide(url, now: clock.now) { return true }
            return false
        }
    }

    /// Those who wait get `FetchTrouble`, at the latest when the fetch under way ends.
    func stop() {
        state.withLock { $0.isStopped = true }
        lanes.stop()
    }

    /// Nil: nothing to be had now.
    private func ask(
        _ url: WebURL,
        _ decide: (inout DocumentCache<Content>, _ isUnderWay: Bool, Int64) -> DocumentCache<Content>.Decision
    ) async -> Outcome? {
        await withCheckedContinuation { (waiter: Waiter) in
            switch state.withLock({ step(&$0, url, waiter, decide) }) {
            case .answer(let outcome): waiter.resume(returning: outcome)
            case .wait: break
            case .fetch(let lane):
                let isAccepted = lanes.run(on: lane) { [self] in fetch(url) }
                if !isAccepted { answer(url, .failure(kind.trouble(url, .crowded))) }
            }
        }
    }

    private func step(
        _ state: inout State, _ url: WebURL, _ waiter: Waiter,
        _ decide: (inout DocumentCache<Content>, Bool, Int64) -> DocumentCache<Content>.Decision
    ) -> Step {
        let crowded = Step.answer(.failure(kind.trouble(url, .crowded)))
        guard !state.isStopped else { return crowded }
        let waiting = state.waiters[url]
        switch decide(&state.cache, waiting != nil, clock.now) {
        case .known(let outcome): return .answer(outcome)
        case .notNow: return .answer(nil)
        case .fetch: break
        }
        guard let waiting else {
            state.waiters[url] = [waiter]
            return .fetch(state.cache.lane(url))
        }
        guard waiting.count < waitersPerAddress else { return crowded }
        state.waiters[url]?.append(waiter)
        return .wait
    }

    /// On a thread of its own.
    private func fetch(_ url: WebURL) {
        guard !state.withLock({ $0.isStopped }) else {
            return answer(url, .failure(kind.trouble(url, .crowded)))
        }
        let asked = clock.now, began = ContinuousClock.now
        let outcome = Result { () throws(FetchTrouble) in try kind.fetch(url, outbound, now: asked) }
        let lane = FetchLane(took: ContinuousClock.now - began)
        answer(url, outcome) { cache in cache.keep(outcome, at: url, lane: lane, now: self.clock.now) }
    }

    /// Tells all who wait, after the cache has what they are told: who comes later finds one or the other.
    private func answer(_ url: WebURL, _ outcome: Outcome, _ keep: (inout DocumentCache<Content>) -> Void = { _ in }) {
        let waiters = state.withLock { state in
            keep(&state.cache)
            return state.waiters.removeValue(forKey: url) ?? []
        }
        for waiter in waiters { waiter.resume(returning: outcome) }
    }
}
