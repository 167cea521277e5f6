import Crypto
import Encoding
import Storage

/// The `sid` of a session (OpenID Connect Back-Channel Logout 1.0 §2.1): what apps know it by. Made from what is kept of
/// the session's secret, so that it stays the same as long as the session and opens nothing.
struct SessionIdentifier: Sendable {
    let text: String

    init(_ session: StoredSession) {
        let digest = Digest.sha256(Array("lanyard sid ".utf8) + session.secretHash.bytes)
        text = Base64URL.encode(Array(digest.prefix(16)))
    }
}
