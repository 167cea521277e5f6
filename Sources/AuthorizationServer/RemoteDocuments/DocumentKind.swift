import Encoding
import HTTP
import SMART

/// A kind of JSON document that clients publish at an address of their own: what counts as one, and how long it may be kept.
struct DocumentKind<Content: Sendable & Equatable>: Sendable {
    /// In the words of the log, such as "the keys".
    let what: String
    /// RFC 9110 §12.5.1.
    let accept: String
    /// Whether a media type, in lower case and without parameters, is one of such documents.
    let isType: @Sendable (String) -> Bool
    /// Seconds that one may be kept, whatever the answer says.
    let lifetime: ClosedRange<Int64>
    /// Where the answer says nothing of caching.
    let unsaidLifetime: Int64
    /// Throws what is wrong with it.
    let read: @Sendable (JSON, WebURL) throws -> Content

    /// Asks the address itself; blocks. GET with no credentials, and nothing but JSON with status 200 counts (CAS-8).
    func fetch(_ url: WebURL, _ outbound: OutboundClient, now: Int64) throws(FetchTrouble) -> Fetched<Content> {
        let response: ClientResponse
        do {
            response = try outbound.send(.get, to: OutboundClient.Target(url), headers: [("Accept", accept)])
        } catch {
            throw trouble(url, .noAnswer(error))
        }
        guard response.status == 200 else { throw trouble(url, .status(response.status)) }
        guard isType(response.headers), let json = try? JSON(parsing: response.body, maximumDepth: 32) else {
            throw trouble(url, .notJSON)
        }
        do {
            return Fetched(
                content: try read(json, url), asked: now, lifetime: lifetime(response.headers),
                octets: response.body.count)
        } catch {
            throw trouble(url, .unsound(error))
        }
    }

    func trouble(_ url: WebURL, _ cause: FetchTrouble.Cause) -> FetchTrouble {
        FetchTrouble(what: what, url: url, cause: cause)
    }

    private func lifetime(_ headers: Headers) -> Int64 {
        max(
            lifetime.lowerBound,
            Freshness.seconds(headers, unsaid: unsaidLifetime, longest: lifetime.upperBound))
    }

    private func isType(_ headers: Headers) -> Bool {
        let type = headers["content-type"]?.prefix { $0 != ";" && $0 != " " && $0 != "\t" }.lowercased()
        return type.map(isType) ?? false
    }
}

/// A document as an address answered it.
struct Fetched<Content: Sendable & Equatable>: Sendable {
    let content: Content
    /// When it was asked for, which is what its lifetime counts from.
    let asked: Int64
    /// Seconds that it may be kept (checklist CAS-9); 0: not beyond this use.
    let lifetime: Int64
    /// The length of the answer, to bound what is kept.
    let octets: Int

    func isFresh(_ now: Int64) -> Bool { (asked..<asked.adding(seconds: max(0, lifetime))).contains(now) }
}
