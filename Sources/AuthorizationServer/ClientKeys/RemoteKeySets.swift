import HTTP
import JOSE
import SMART
import Synchronization

/// The key sets that clients publish at an address of their own (SMART App Launch 2.2, client-confidential-asymmetric),
/// fetched on threads of their own and kept for as long as the address allows (TK-19, TK-20).
///
/// One fetch at a time for each address, and others who want the same keys wait for it. Whoever asks is not known yet: the
/// assertion that names the client is only about to be checked.
final class RemoteKeySets: Sendable {
    private typealias Outcome = Result<JWKSet, KeySetTrouble>
    private typealias Waiter = CheckedContinuation<Outcome?, Never>

    private struct State {
        var cache = KeySetCache()
        /// Who waits, for each fetch under way.
        var waiters: [WebURL: [Waiter]] = [:]
        var isStopped = false
    }

    private enum Step {
        case answer(Outcome?)
        case wait
        case fetch(FetchLane)
    }

    private let outbound: OutboundClient
    private let clock: Clock
    private let lanes = FetchLanes()
    private let state = Mutex(State())

    /// What an answer may have (TK-19).
    static let longestAnswer = 262_144
    private static let waitersPerAddress = 64

    init(outbound: OutboundClient, clock: Clock) {
        self.outbound = outbound
        self.clock = clock
    }

    /// From the cache while that is allowed, else fetched.
    func keySet(at url: WebURL) async throws(KeySetTrouble) -> JWKSet {
        let outcome = await ask(url) { cache, _, now in cache.decide(url, now: now) }
        return try (outcome ?? .failure(KeySetTrouble(url: url, cause: .crowded))).get()
    }

    /// For an unknown `kid` or a bad signature (lessons K4): fetched again, but not often. Nil if that is not allowed now,
    /// or nothing has changed.
    func newerKeySet(at url: WebURL, than old: JWKSet) async throws(KeySetTrouble) -> JWKSet? {
        let outcome = await ask(url) { cache, isUnderWay, now in
            cache.decide(url, newerThan: old, isUnderWay: isUnderWay, now: now)
        }
        guard let keys = try outcome?.get(), keys != old else { return nil }
        return keys
    }

    /// Those who wait get `KeySetTrouble`, at the latest when the fetch under way ends.
    func stop() {
        state.withLock { $0.isStopped = true }
        lanes.stop()
    }

    /// Nil: nothing to be had now.
    private func ask(
        _ url: WebURL, _ decide: (inout KeySetCache, _ isUnderWay: Bool, Int64) -> KeySetCache.Decision
    ) async -> Outcome? {
        await withCheckedContinuation { (waiter: Waiter) in
            switch state.withLock({ step(&$0, url, waiter, decide) }) {
            case .answer(let outcome): waiter.resume(returning: outcome)
            case .wait: break
            case .fetch(let lane):
                let isAccepted = lanes.run(on: lane) { [self] in fetch(url) }
                if !isAccepted { answer(url, .failure(KeySetTrouble(url: url, cause: .crowded))) }
            }
        }
    }

    private func step(
        _ state: inout State, _ url: WebURL, _ waiter: Waiter,
        _ decide: (inout KeySetCache, Bool, Int64) -> KeySetCache.Decision
    ) -> Step {
        let crowded = Step.answer(.failure(KeySetTrouble(url: url, cause: .crowded)))
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
        guard waiting.count < Self.waitersPerAddress else { return crowded }
        state.waiters[url]?.append(waiter)
        return .wait
    }

    /// On a thread of its own.
    private func fetch(_ url: WebURL) {
        guard !state.withLock({ $0.isStopped }) else {
            return answer(url, .failure(KeySetTrouble(url: url, cause: .crowded)))
        }
        let asked = clock.now, began = ContinuousClock.now
        let outcome = Result { () throws(KeySetTrouble) in try FetchedKeySet.ask(url, outbound) }
        let lane = FetchLane(took: ContinuousClock.now - began)
        answer(url, outcome.map(\.keys)) { cache in
            cache.keep(outcome, at: url, asked: asked, lane: lane, now: self.clock.now)
        }
    }

    /// Tells all who wait, after the cache has what they are told: who comes later finds one or the other.
    private func answer(_ url: WebURL, _ outcome: Outcome, _ keep: (inout KeySetCache) -> Void = { _ in }) {
        let waiters = state.withLock { state in
            keep(&state.cache)
            return state.waiters.removeValue(forKey: url) ?? []
        }
        for waiter in waiters { waiter.resume(returning: outcome) }
    }
}
