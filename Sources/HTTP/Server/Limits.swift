/// How much, how many and how long (HT-03, HT-04, HT-06). Times are in milliseconds, so that tests can shorten them.
package struct Limits: Sendable {
    /// Octets of the request line; more is 414.
    package var requestLine = 16_384
    /// Octets of all header fields, and of all trailer fields; more is 431.
    package var headerOctets = 32_768
    /// Header fields, and trailer fields; more is 431.
    package var headerFields = 100
    /// Octets of all chunk extensions of one body.
    package var chunkExtensionOctets = 4_096
    /// Octets of a body, whatever a route says; more is 413.
    package var body = 1_048_576

    /// From the first octet of a head to its last.
    package var headTime: Int64 = 10_000
    /// From the end of the head to the last octet of the body.
    package var bodyTime: Int64 = 30_000
    /// Octets per second a body must come with, once `bodyGrace` has passed.
    package var bodyRate = 500
    package var bodyGrace: Int64 = 5_000
    /// From when the socket would take no more of an answer until it has taken all.
    package var writeTime: Int64 = 30_000
    /// Between an answer and the next request.
    package var idleTime: Int64 = 60_000
    package var handshakeTime: Int64 = 10_000
    /// How long a refused client's remaining octets are read and dropped, so that it can read the answer.
    package var lingerTime: Int64 = 2_000

    /// Connections of the whole server.
    package var connections = 10_000
    /// Connections of one address (of one /64 in IPv6). Trusted proxies are exempt.
    package var connectionsPerAddress = 1_000
    /// Requests on one connection before it is closed.
    package var requestsPerConnection = 10_000
    /// Pipelined requests answered before the other connections have their turn.
    package var pipelinedRequests = 32

    package init() {}

    /// How often deadlines are looked at: a tenth of the shortest, between 10 ms and a second.
    var tick: Int64 {
        let shortest = [headTime, bodyTime, bodyGrace, writeTime, idleTime, handshakeTime, lingerTime].min() ?? 10_000
        return min(1_000, max(10, shortest / 10))
    }
}
