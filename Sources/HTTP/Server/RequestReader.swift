/// Turns the octets of one connection into requests, one after the other. It does no I/O: it is given what came, says
/// how much of it was used, and keeps nothing of the rest.
struct RequestReader: ~Copyable {
    enum Stage {
        /// Between requests.
        case idle
        /// Within a head.
        case head
        /// Within a body.
        case body
    }

    enum Progress: ~Copyable {
        case needsMore
        /// The client waits for `100 Continue` before it sends the body.
        case wantsContinue
        case request(Exchange)
    }

    private(set) var stage = Stage.idle
    private let service: Service
    private let origin: Origin
    private var parser: HeadParser
    private var body: BodyReader?
    private var opened: Exchange?

    init(service: Service, origin: Origin) {
        self.service = service
        self.origin = origin
        parser = HeadParser(limits: service.limits)
    }

    /// Octets of the present body that have come.
    var bodyReceived: Int { body?.received ?? 0 }

    /// Reads on. While a head is incomplete nothing is used: the caller keeps it and gives it again, longer.
    mutating func advance(
        _ octets: Span<UInt8>, used: inout Int, identifier: RequestID
    ) throws(ParseFailure) -> Progress {
        guard stage == .body else { return try readHead(octets, &used, identifier) }
        return try readBody(octets, &used)
    }

    private mutating func readHead(
        _ octets: Span<UInt8>, _ used: inout Int, _ identifier: RequestID
    ) throws(ParseFailure) -> Progress {
        guard let head = try parser.advance(octets) else {
            stage = octets.isEmpty ? .idle : .head
            return .needsMore
        }
        used = head.end
        let exchange = try open(head, octets, identifier)
        parser.reset()
        let framing = head.framing
        guard framing.framing != .none else {
            stage = .idle
            return .request(exchange)
        }
        body = try BodyReader(framing: framing.framing, limit: bodyLimit(exchange.match), limits: service.limits)
        opened = consume exchange
        stage = .body
        guard head.end < octets.count else { return framing.expectsContinue ? .wantsContinue : .needsMore }
        var more = 0
        defer { used &+= more }
        return try readBody(octets.extracting(head.end..<octets.count), &more)
    }

    private mutating func readBody(_ octets: Span<UInt8>, _ used: inout Int) throws(ParseFailure) -> Progress {
        used = try body?.take(octets) ?? 0
        guard let body, body.isComplete, var exchange = opened.take() else { return .needsMore }
        exchange.request.body = body.body
        self.body = nil
        stage = .idle
        return .request(exchange)
    }

    private func bodyLimit(_ match: Router.Match) -> Int {
        guard case .route(let index, _) = match else { return min(65_536, service.limits.body) }
        return min(service.router.routes[index].bodyLimit, service.limits.body)
    }

    /// What is decided from the head alone: before a body is read, and whether it is.
    private func open(
        _ head: borrowing RequestHead, _ octets: Span<UInt8>, _ identifier: RequestID
    ) throws(ParseFailure) -> Exchange {
        let host = octets.text(head.host)
        guard service.serves(host) else { throw ParseFailure(421, "this server does not answer for that host") }
        // HT-05: nothing is inflated, ever.
        guard !head.framing.hasContentEncoding else { throw ParseFailure(415, "coded bodies are not taken") }
        let target = head.line.target
        let headers = Headers(octets: octets.copy(0..<head.end), fields: head.fields)
        let client = origin.client(headers, service.proxies)
        let method = head.line.method
        let match = service.router.match(method, octets.extracting(target.path))
        let request = Request(
            method: Router.endpointMethod(method), path: octets.text(target.path), query: octets.copy(target.query),
            headers: headers, body: [], peer: client.peer, sender: origin.peer, isSecure: client.isSecure, host: host,
            pathParameters: match.parameters, identifier: identifier)
        return Exchange(
            request: request, match: match, omitsBody: method == .head, keepsAlive: head.keepsAlive)
    }
}
