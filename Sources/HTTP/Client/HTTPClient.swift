import Encoding

/// A small blocking client: one request, one connection, no redirects. Plain HTTP, for the command line, for tests and
/// for `OutboundClient`, which adds TLS.
package struct HTTPClient: Sendable {
    /// Where to send a request.
    package enum Target: Sendable, Hashable {
        /// An IP address, or `localhost`.
        case tcp(host: String, port: UInt16)
        case unix(path: String)
    }

    private let timeoutSeconds: Int
    private let longestBody: Int

    /// `timeoutSeconds`: for the whole exchange, from connecting to the last octet.
    package init(timeoutSeconds: Int, longestBody: Int = 8_388_608) {
        self.timeoutSeconds = timeoutSeconds
        self.longestBody = longestBody
    }

    /// Sends a request and reads the answer in full.
    package func send(
        _ method: Method, _ pathAndQuery: String, to target: Target, headers: [(String, String)] = [],
        body: [UInt8] = []
    ) throws(ClientError) -> ClientResponse {
        try send(method, pathAndQuery, to: target, security: nil, by: deadline, headers: headers, body: body)
    }

    /// When an exchange that begins now must be over.
    var deadline: Int64 {
        MonotonicClock.milliseconds() + Int64(clamping: max(1, min(timeoutSeconds, 86_400))) * 1_000
    }

    /// The same, over TLS where `security` says so.
    func send(
        _ method: Method, _ pathAndQuery: String, to target: Target, security: ClientSocket.Security?,
        by deadline: Int64, headers: [(String, String)], body: [UInt8]
    ) throws(ClientError) -> ClientResponse {
        let request = try Self.octets(method, pathAndQuery, target, headers, body)
        var socket = try ClientSocket.connect(Self.address(target), security: security, deadline: deadline)
        try socket.send(request)
        var received: [UInt8] = []
        let head = try Self.head(&socket, &received, toHead: method == .head)
        let body = try self.body(&socket, head, received)
        return ClientResponse(status: head.status, headers: head.headers, body: body)
    }

    private static func address(_ target: Target) -> ListenAddress {
        switch target {
        case .unix(let path): .unix(path: path)
        case .tcp(let host, let port): .tcp(host: host == "localhost" ? "127.0.0.1" : host, port: port)
        }
    }

    // MARK: Writing

    private static func octets(
        _ method: Method, _ target: String, _ server: Target, _ headers: [(String, String)], _ body: [UInt8]
    ) throws(ClientError) -> [UInt8] {
        guard !method.name.isEmpty, method.name.utf8.allSatisfy({ OctetSet.token.contains($0) }) else {
            throw .badRequest("the method")
        }
        guard target.hasPrefix("/"), target.utf8.allSatisfy({ OctetSet.query.contains($0) }) else {
            throw .badRequest("the path")
        }
        var fields = headers
        if !fields.contains(where: { FieldName.equal($0.0, "host") }) { fields.append(("Host", host(server))) }
        if !body.isEmpty || method == .post || method == .put || method == .patch {
            fields.append(("Content-Length", "\(body.count)"))
        }
        fields.append(("Connection", "close"))
        var octets = Array("\(method.name) \(target) HTTP/1.1\r\n".utf8)
        for (name, value) in fields { try append(name, value, to: &octets) }
        octets.append("\r\n")
        return octets + body
    }

    /// No field may bring a second one along.
    private static func append(_ name: String, _ value: String, to octets: inout [UInt8]) throws(ClientError) {
        let line = Array("\(name): \(value)".utf8)
        do { _ = try FieldLine.read(line.span, 0..<line.count) } catch { throw .badRequest("the field \(name)") }
        octets.append(contentsOf: line)
        octets.append("\r\n")
    }

    private static func host(_ target: Target) -> String {
        switch target {
        case .unix: "localhost"
        case .tcp(let host, let port): ListenAddress.tcp(host: host, port: port).description
        }
    }

    // MARK: Reading

    /// Octets of all heads of an answer together.
    private static let longestHeads = 65_536

    /// The final head; interim answers (1xx) before it are read over. `received` is left with what follows it.
    private static func head(
        _ socket: inout ClientSocket, _ received: inout [UInt8], toHead: Bool
    ) throws(ClientError) -> ResponseHead {
        var room = longestHeads
        for _ in 0..<8 {
            let head = try oneHead(&socket, &received, room: room, toHead: toHead)
            received.removeSubrange(0..<head.end)
            room -= head.end
            if head.status >= 200 { return head }
        }
        throw .malformed("too many interim answers")
    }

    /// Looks for the head's end only when a line has come: a host that sends octet by octet would have all of it read again
    /// for each. Lines are bounded by the number of fields.
    private static func oneHead(
        _ socket: inout ClientSocket, _ received: inout [UInt8], room: Int, toHead: Bool
    ) throws(ClientError) -> ResponseHead {
        var seen = 0
        while true {
            let hasLine = received.span.firstIndex(of: 0x0a, from: seen) != nil
            seen = received.count
            if hasLine, let head = try ResponseHead(received.span, toHead: toHead) {
                guard head.end <= room else { throw .tooLarge }
                return head
            }
            guard received.count < room else { throw .tooLarge }
            guard try socket.receive(into: &received) else { throw .closedEarly }
        }
    }

    private func body(
        _ socket: inout ClientSocket, _ head: ResponseHead, _ received: [UInt8]
    ) throws(ClientError) -> [UInt8] {
        var received = received
        switch head.framing {
        case .none: return []
        case .length(let length):
            guard length <= longestBody else { throw .tooLarge }
            while received.count < length {
                guard try socket.receive(into: &received) else { throw .closedEarly }
            }
            return Array(received.prefix(length))
        case .untilClose:
            while try socket.receive(into: &received) {
                guard received.count <= longestBody else { throw .tooLarge }
            }
            return received
        case .chunked: return try chunked(&socket, &received)
        }
    }

    private func chunked(
        _ socket: inout ClientSocket, _ received: inout [UInt8]
    ) throws(ClientError) -> [UInt8] {
        var decoder = ChunkedDecoder(bodyLimit: longestBody, limits: Limits())
        var body: [UInt8] = []
        while true {
            do { _ = try decoder.decode(received.span, into: &body) } catch {
                throw error.status == 413 ? .tooLarge : .malformed(error.reason)
            }
            if decoder.isDone { return body }
            received.removeAll(keepingCapacity: true)
            guard try socket.receive(into: &received) else { throw .closedEarly }
        }
    }
}
