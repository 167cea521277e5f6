import Encoding
import SMART

/// What is known of the addresses of documents: the document while it may be kept, the failure for a moment, and how long
/// the address took the last time. Bounded; what is forgotten is fetched again.
struct DocumentCache<Content: Sendable & Equatable> {
    enum Decision {
        case known(Result<Fetched<Content>, FetchTrouble>)
        case fetch
        /// Nothing newer to be had now.
        case notNow
    }

    private struct Place {
        var fetched: Fetched<Content>?
        var trouble: (FetchTrouble, time: Range<Int64>)?
        var octets = 0
        var lastRefetch: Int64?
        var lane = FetchLane.unknown
        /// When the address may be asked next.
        var turn: ContinuousClock.Instant?
        var lastUse: Int64
    }

    private var places: [WebURL: Place] = [:]
    private var octets = 0

    /// TK-20: seconds for which a failure is not tried again, and between two fetches for the sake of an unknown key.
    private let troubleLifetime: Int64 = 5
    private let refetchPause: Int64 = 10
    /// TK-19: from the beginning of one fetch to that of the next. Where documents may not be kept, anybody can cause one, in
    /// the client's name.
    private let pause = Duration.seconds(1)
    private let maximumPlaces = 2_048
    private let maximumOctets = 16 << 20

    func lane(_ url: WebURL) -> FetchLane { places[url]?.lane ?? .unknown }

    /// Nil: now.
    func turn(_ url: WebURL) -> ContinuousClock.Instant? { places[url]?.turn }

    mutating func decide(_ url: WebURL, now: Int64) -> Decision {
        guard let place = places[url] else { return .fetch }
        places[url]?.lastUse = now
        if let fetched = place.fetched, fetched.isFresh(now) { return .known(.success(fetched)) }
        if let trouble = place.trouble, trouble.time.contains(now) { return .known(.failure(trouble.0)) }
        return .fetch
    }

    /// For an unknown `kid` or a bad signature (lessons K4). The pause counts from fetch to fetch for this sake alone: a key
    /// may be put there a second after the ordinary fetch, and be used at once. `isWanted`: there will be a fetch anyway.
    mutating func decide(_ url: WebURL, newerThan old: Content, isWanted: Bool, now: Int64) -> Decision {
        if isWanted { return .fetch }
        guard let place = places[url] else { return refetch(url, now) }
        if let fetched = place.fetched, fetched.isFresh(now), fetched.content != old {
            return .known(.success(fetched))
        }
        if let trouble = place.trouble, trouble.time.contains(now) { return .notNow }
        if let last = place.lastRefetch, (last..<last.adding(seconds: refetchPause)).contains(now) {
            return .notNow
        }
        return refetch(url, now)
    }

    private mutating func refetch(_ url: WebURL, _ now: Int64) -> Decision {
        places[url, default: Place(lastUse: now)].lastRefetch = now
        makeRoom(now)
        return .fetch
    }

    /// A document that may be kept still outlives a failure to fetch a newer one.
    mutating func keep(
        _ outcome: Result<Fetched<Content>, FetchTrouble>, at url: WebURL, _ time: FetchTime, now: Int64
    ) {
        var place = places[url] ?? Place(lastUse: now)
        place.lastUse = now
        place.lane = FetchLane(took: time.ended - time.began)
        place.turn = time.began + pause
        switch outcome {
        case .success(let fetched):
            let kept = fetched.lifetime > 0 ? fetched.octets : 0
            octets += kept - place.octets
            place.octets = kept
            place.fetched = fetched.lifetime > 0 ? fetched : nil
            place.trouble = nil
        case .failure(let trouble):
            place.trouble = (trouble, now..<now.adding(seconds: troubleLifetime))
        }
        places[url] = place
        makeRoom(now)
    }

    /// Forgets those that were not asked for the longest, down to a part of the bound, so that it is seldom done.
    private mutating func makeRoom(_ now: Int64) {
        guard places.count > maximumPlaces || octets > maximumOctets else { return }
        for (url, place) in places.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
            guard places.count > maximumPlaces * 3 / 4 || octets > maximumOctets * 3 / 4 else { return }
            octets -= place.octets
            places[url] = nil
        }
    }
}

/// When a fetch began and ended, apart from the time of day.
struct FetchTime: Sendable {
    let began: ContinuousClock.Instant
    let ended: ContinuousClock.Instant
}
