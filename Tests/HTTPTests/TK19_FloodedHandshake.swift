import CLinux
import Crypto
import Glibc
import Testing

/// Messages that TLS reads over, faster than it can: each call comes back all the same, so that whoever calls can look at its
/// deadline, or at other connections.
@Suite struct `TK-19: a host that floods the handshake` {
    /// A record of HelloRequest, which is four octets of zero (RFC 5246 §7.4.1.1). A client reads over it within a handshake.
    private static let record: [UInt8] = [22, 3, 3, 0, 64] + [UInt8](repeating: 0, count: 64)

    @Test func `a call reads only so much, and the next goes on from there`() throws {
        var ends: [Int32] = [-1, -1]
        try #require(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { for end in ends { close(end) } }
        for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        let flood = Array([[UInt8]](repeating: Self.record, count: 1_000).joined())
        #expect(unsafe send(ends[1], flood, flood.count, Int32(MSG_NOSIGNAL)) == flood.count)
        let session = try #require(try TLSTrust().session(on: ends[0], with: "localhost", isAddress: false))
        var calls = 0
        while isReadable(ends[0]), calls < 1_000 {
            #expect(session.handshake() == .wantsRead)
            calls += 1
        }
        // A record takes two, one for its head.
        #expect(calls > 1_000 * 2 / 65 && calls < 1_000)
    }

    private func isReadable(_ descriptor: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&entry, 1, 0) == 1
    }
}
