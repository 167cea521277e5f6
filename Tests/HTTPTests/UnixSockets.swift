import CLinux
import Glibc
import Testing

@testable import HTTP

@Suite struct `Unix-domain sockets` {
    private static func path() -> String { "/tmp/lanyard-test-\(getpid())-\(UInt64.random(in: 0 ... .max)).sock" }

    private static func mode(_ path: String) -> mode_t? {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? status.st_mode & 0o777 : nil
    }

    @Test func `the admin socket serves its owner alone, and goes with the server`() throws {
        let path = Self.path()
        let server = try TestServer(threads: 2, address: .unix(path: path)) { $0.hosts = ["auth.example.org"] }
        #expect(Self.mode(path) == 0o600)
        let response = try HTTPClient(timeoutSeconds: 5).send(.get, "/peer", to: server.target, headers: [], body: [])
        #expect(response.body == Array("unix false localhost true\n".utf8))
        server.server.stop(graceSeconds: 1)
        #expect(Self.mode(path) == nil)
    }

    @Test func `a socket left by a dead process is replaced, a living one and other files are not`() throws {
        let path = Self.path()
        let left = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        _ = unsafe SocketAddress.withPointer(.unix(path: path)) { unsafe bind(left, $0, $1) }
        close(left)
        #expect(Self.mode(path) != nil)
        let server = try TestServer(address: .unix(path: path))
        #expect(throws: ServerError.addressInUse("unix:\(path)")) { _ = try TestServer(address: .unix(path: path)) }
        let client = HTTPClient(timeoutSeconds: 5)
        #expect(try client.send(.get, "/", to: server.target, headers: [], body: []).status == 200)
        #expect(throws: ServerError.addressInUse("unix:/etc/hostname")) {
            _ = try TestServer(address: .unix(path: "/etc/hostname"))
        }
    }

    @Test func `a path too long for a socket is refused`() throws {
        let path = "/tmp/" + String(repeating: "x", count: 200)
        #expect(throws: ServerError.badAddress("unix:\(path)")) { _ = try TestServer(address: .unix(path: path)) }
    }
}
