import Crypto
import Encoding
import Glibc

/// A directory for one run of the demo, gone afterwards.
struct TemporaryDirectory {
    let path: String

    init(_ random: RandomBytes) throws {
        path = "/tmp/lanyard-demo-\(Base64URL.encode(try random(12)))"
        try PrivateFile.requireDirectory(path)
    }

    /// Removes it with all that is in it.
    func remove() { Self.remove(path) }

    private static func remove(_ path: String) {
        for name in (try? PrivateFile.names(in: path)) ?? [] {
            let inner = "\(path)/\(name)"
            if unsafe unlink(inner) != 0 { remove(inner) }
        }
        _ = unsafe rmdir(path)
    }
}
