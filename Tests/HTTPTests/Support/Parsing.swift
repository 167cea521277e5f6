@testable import HTTP

/// Feeds octets to a `RequestReader` the way a connection does, without sockets.
struct Parsing: ~Copyable {
    var reader: RequestReader
    private var waiting: [UInt8] = []
    private(set) var requests: [Request] = []

    init(limits: Limits = Limits(), hosts: [String]? = nil) throws {
        let router = try Router(TestServer.routes) { error, _ in .text(500, "\(error)") }
        var configuration = ServerConfiguration()
        configuration.limits = limits
        configuration.hosts = hosts
        let listener = Listener(address: .tcp(host: "127.0.0.1", port: 0), router: router)
        let service = Service(listener, configuration)
        reader = RequestReader(service: service, origin: Origin(IPAddress("127.0.0.1"), service))
    }

    mutating func feed(_ octets: [UInt8]) throws(ParseFailure) {
        waiting += octets
        while !waiting.isEmpty {
            var used = 0
            let octets = waiting
            let progress = try reader.advance(octets.span, used: &used, identifier: RequestID("test"))
            waiting.removeFirst(used)
            switch consume progress {
            case .needsMore: return
            case .wantsContinue: return
            case .request(let exchange): requests.append(exchange.request)
            }
        }
    }

    /// The requests in `pieces`, or why they are none.
    static func requests(_ pieces: [[UInt8]], limits: Limits = Limits()) throws -> Result<[Request], ParseFailure> {
        var parsing = try Parsing(limits: limits)
        do throws(ParseFailure) {
            for piece in pieces { try parsing.feed(piece) }
            return .success(parsing.requests)
        } catch {
            return .failure(error)
        }
    }

    static func requests(_ text: String, limits: Limits = Limits()) throws -> Result<[Request], ParseFailure> {
        try requests([Array(text.utf8)], limits: limits)
    }

    /// The status a single refused text leads to; nil if it is taken.
    static func status(_ text: String, limits: Limits = Limits()) throws -> Int? {
        if case .failure(let failure) = try requests(text, limits: limits) { failure.status } else { nil }
    }
}
