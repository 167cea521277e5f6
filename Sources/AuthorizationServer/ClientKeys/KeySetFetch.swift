import Encoding
import HTTP
import JOSE
import SMART

/// A key set as an address answered it just now.
struct FetchedKeySet: Sendable {
    let keys: JWKSet
    /// Seconds that it may be kept (checklist CAS-9); 0: not beyond this use.
    let lifetime: Int64
    /// The length of the answer, to bound what is kept.
    let octets: Int

    /// Where the answer says nothing of caching.
    private static let unsaidLifetime: Int64 = 300
    /// Whatever it says (TK-20).
    private static let longestLifetime: Int64 = 3600

    /// Asks the address itself; blocks. CAS-8: GET with no credentials, and nothing but JSON with status 200 counts.
    static func ask(_ url: WebURL, _ outbound: OutboundClient) throws(KeySetTrouble) -> FetchedKeySet {
        let response: ClientResponse
        do {
            response = try outbound.send(
                .get, to: OutboundClient.Target(url),
                headers: [("Accept", "application/json, application/jwk-set+json")])
        } catch {
            throw KeySetTrouble(url: url, cause: .noAnswer(error))
        }
        guard response.status == 200 else { throw KeySetTrouble(url: url, cause: .status(response.status)) }
        guard isJSON(response.headers), let json = try? JSON(parsing: response.body, maximumDepth: 32) else {
            throw KeySetTrouble(url: url, cause: .notJSON)
        }
        do {
            return FetchedKeySet(
                keys: try JWKSet(json, requireKeyIDs: true),
                lifetime: Freshness.seconds(response.headers, unsaid: unsaidLifetime, longest: longestLifetime),
                octets: response.body.count)
        } catch {
            throw KeySetTrouble(url: url, cause: .unsound(error))
        }
    }

    private static func isJSON(_ headers: Headers) -> Bool {
        let type = headers["content-type"]?.prefix { $0 != ";" && $0 != " " && $0 != "\t" }.lowercased()
        return type == "application/json" || type == "application/jwk-set+json"
    }
}
