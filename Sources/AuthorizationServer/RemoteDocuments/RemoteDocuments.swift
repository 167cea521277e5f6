import HTTP
import SMART
import Synchronization

/// The documents of one kind that clients publish at addresses of their own, fetched on threads of their own and kept for as
/// long as the address allows (TK-19, TK-20). One fetch at a time for each address, and others who want the same document
/// wait for it. Where it may not be kept, all the same nobody is given what the address answered before they came (CAS-9):
/// they wait for the next fetch, whose turn comes a second after the last one began, and share it.
final class RemoteDocuments<Content: Sendable & Equatable>: Sendable {
    private typealias Outcome = Result<Fetched<Content>, FetchTrouble>
    private typealias Waiter = CheckedContinuation<Outcome?, Never>

    /// A fetch from when it is wanted until it is answered.
    private struct Fetch {
        /// Who came before it began.
        var waiters: [Waiter]
        var isUnderWay = false
        /// Who came since: what the address answers may be from before that.
        var late: [Waiter] = []

        var count: Int { waiters.count + late.count }

        mutating func join(_ waiter: Waiter) {
            if isUnderWay { late.append(waiter) } else { waiters.append(waiter) }
        }
    }

    private struct State {
        var cache = DocumentCache<Content>()
        /// One for each address at most.
        var fetches: [WebURL: Fetch] = [:]
        var isStopped = false
    }

    /// Where a fetch is to run, and when.
    private struct Plan {
        let lane: FetchLane
        let turn: ContinuousClock.Instant?
    }

    private enum Step {
        case answer(Outcome?)
        case wait
        case fetch(Plan)
    }

    private let kind: DocumentKind<Content>
    private let outbound: OutboundClient
    private let clock: Clock
    private let turns: any FetchTurns
    private let lanes: FetchLanes
    private let state = Mutex(State())

    /// More than the connections that one stranger's address may have (`Limits`), so that these do not fill it.
    private let waitersPerAddress = 1_024

    /// `threads`: what they are named.
    init(
        _ kind: DocumentKind<Content>, outbound: OutboundClient, clock: Clock, turns: any FetchTurns, threads: String
    ) {
        self.kind = kind
        self.outbound = outbound
        self.clock = clock
        self.turns = turns
        lanes = FetchLanes(threads)
    }

    /// From the cache while that is allowed, else fetched.
    func document(at url: WebURL) async throws(FetchTrouble) -> Fetched<Content> {
        let outcome = await ask(url) { cache, _, now in cache.decide(url, now: now) }
        return try (outcome ?? .failure(kind.trouble(url, .crowded))).get()
    }

    /// Fetched again, but not often. Nil if that is not allowed now, or nothing has changed.
    func newerDocument(at url: WebURL, than old: Content) async throws(FetchTrouble) -> Content? {
        let outcome = await ask(url) { cache, isWanted, now in
            cache.decide(url, newerThan: old, isWanted: isWanted, now: now)
        }
        guard let content = try outcome?.get().content, content != old else { return nil }
        return content
    }

    /// Whether `document` would begin no fetch now.
    func isKnown(_ url: WebURL) -> Bool {
        state.withLock { state in
            if state.fetches[url] != nil { return true }
            if case .known = state.cache.decide(url, now: clock.now) { return true }
            return false
        }
    }

    /// Those who wait get `FetchTrouble`, at the latest when the fetch under way ends.
    func stop() {
        let unbegun = state.withLock { state in
            state.isStopped = true
            let unbegun = state.fetches.filter { !$0.value.isUnderWay }
            for url in unbegun.keys { state.fetches[url] = nil }
            return unbegun
        }
        lanes.stop()
        for (url, fetch) in unbegun { tell(fetch.waiters, .failure(kind.trouble(url, .crowded))) }
    }

    // MARK: Asking

    /// Nil: nothing to be had now.
    private func ask(
        _ url: WebURL,
        _ decide: (inout DocumentCache<Content>, _ isWanted: Bool, Int64) -> DocumentCache<Content>.Decision
    ) async -> Outcome? {
        await withCheckedContinuation { (waiter: Waiter) in
            switch state.withLock({ step(&$0, url, waiter, decide) }) {
            case .answer(let outcome): waiter.resume(returning: outcome)
            case .wait: break
            case .fetch(let plan): begin(url, plan)
            }
        }
    }

    private func step(
        _ state: inout State, _ url: WebURL, _ waiter: Waiter,
        _ decide: (inout DocumentCache<Content>, Bool, Int64) -> DocumentCache<Content>.Decision
    ) -> Step {
        let crowded = Step.answer(.failure(kind.trouble(url, .crowded)))
        guard !state.isStopped else { return crowded }
        let waiting = state.fetches[url]?.count
        switch decide(&state.cache, waiting != nil, clock.now) {
        case .known(let outcome): return .answer(outcome)
        case .notNow: return .answer(nil)
        case .fetch: break
        }
        guard let waiting else { return .fetch(plan(&state, url, [waiter])) }
        guard waiting < waitersPerAddress else { return crowded }
        state.fetches[url]?.join(waiter)
        return .wait
    }

    private func plan(_ state: inout State, _ url: WebURL, _ waiters: [Waiter]) -> Plan {
        state.fetches[url] = Fetch(waiters: waiters)
        return Plan(lane: state.cache.lane(url), turn: state.cache.turn(url))
    }

    // MARK: Fetching

    private func begin(_ url: WebURL, _ plan: Plan) {
        let lane = plan.lane
        let isAccepted: Bool
        if let turn = plan.turn, turn > turns.now {
            isAccepted = turns.run(notBefore: turn) { [self] in begin(url, Plan(lane: lane, turn: nil)) }
        } else {
            isAccepted = lanes.run(on: lane) { [self] in fetch(url) }
        }
        guard !isAccepted else { return }
        let unbegun = state.withLock { $0.fetches.removeValue(forKey: url) }
        tell(unbegun?.waiters ?? [], .failure(kind.trouble(url, .crowded)))
    }

    /// On a thread of its own.
    private func fetch(_ url: WebURL) {
        let isWanted = state.withLock { state in
            guard !state.isStopped, state.fetches[url] != nil else { return false }
            state.fetches[url]?.isUnderWay = true
            return true
        }
        guard isWanted else { return }
        let asked = clock.now, began = turns.now
        let outcome = Result { () throws(FetchTrouble) in try kind.fetch(url, outbound, now: asked) }
        finish(url, outcome, FetchTime(began: began, ended: turns.now))
    }

    /// Tells all who wait, after the cache has what they are told: who comes later finds one or the other. Who came too late
    /// for this answer is told what is kept of it; where that is nothing, there is another fetch for them.
    private func finish(_ url: WebURL, _ outcome: Outcome, _ time: FetchTime) {
        let (fetch, next) = state.withLock { state in
            state.cache.keep(outcome, at: url, time, now: clock.now)
            let fetch = state.fetches.removeValue(forKey: url)
            return (fetch, afterwards(&state, url, fetch?.late ?? []))
        }
        tell(fetch?.waiters ?? [], outcome)
        switch next {
        case .answer(let kept): tell(fetch?.late ?? [], kept)
        case .fetch(let plan): begin(url, plan)
        case .wait: break
        }
    }

    /// What becomes of those who came too late.
    private func afterwards(_ state: inout State, _ url: WebURL, _ late: [Waiter]) -> Step {
        if late.isEmpty { return .wait }
        if state.isStopped { return .answer(.failure(kind.trouble(url, .crowded))) }
        if case .known(let kept) = state.cache.decide(url, now: clock.now) { return .answer(kept) }
        return .fetch(plan(&state, url, late))
    }

    private func tell(_ waiters: [Waiter], _ outcome: Outcome?) {
        for waiter in waiters { waiter.resume(returning: outcome) }
    }
}
