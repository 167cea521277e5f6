import Crypto
import Encoding
import SMART

/// Where a live list goes on, on its way through the browser: sealed, and good for the one list that it came from.
struct PageCursors: Sendable {
    private let key: [UInt8]
    private let random: RandomBytes

    /// A new key at each start: a list that was open is then searched again.
    init(_ random: RandomBytes) throws(CryptoError) {
        key = try random(32)
        self.random = random
    }

    func seal(_ path: String, of list: String) throws(CryptoError) -> String {
        Base64URL.encode(try AES256GCM.seal(Array(path.utf8), key: key, aad: Array(list.utf8), random: random))
    }

    /// The path that was sealed for this list.
    func open(_ cursor: String, of list: String) throws(OAuthError) -> String {
        guard let box = Base64URL.decode(cursor),
            let octets = try? AES256GCM.open(box, key: key, aad: Array(list.utf8)),
            let path = String(strictUTF8: octets)
        else { throw OAuthError(.invalidRequest, "after is not a page of this list", status: 400) }
        return path
    }
}
