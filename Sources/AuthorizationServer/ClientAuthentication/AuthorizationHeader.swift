import HTTP

/// The `Authorization` field, read once: its scheme in lower case (RFC 9110 §11.1: case does not matter) and the rest.
struct AuthorizationHeader: Sendable {
    enum Scheme: Sendable, Equatable {
        case basic, bearer, other
    }

    let scheme: Scheme
    /// Octets of the field, which is free of control characters.
    let credentials: ArraySlice<UInt8>

    /// Nil if there is no such field. Two are refused: it is no list (RFC 9110 §5.3), and which of them a proxy on
    /// the way has looked at is nobody's to guess.
    init?(_ headers: Headers) throws {
        if headers.isRepeated("authorization") { throw OAuthError.repeated("Authorization") }
        guard let value = headers.octets("authorization") else { return nil }
        if let rest = Self.rest(of: value, after: "basic ") {
            (scheme, credentials) = (.basic, rest)
        } else if let rest = Self.rest(of: value, after: "bearer ") {
            (scheme, credentials) = (.bearer, rest)
        } else {
            (scheme, credentials) = (.other, [])
        }
    }

    private static func rest(of value: ArraySlice<UInt8>, after scheme: String) -> ArraySlice<UInt8>? {
        let (octets, expected) = (value.span, scheme.utf8.span)
        guard octets.count > expected.count else { return nil }
        // Setting the sixth bit puts ASCII letters into lower case; the schemes have nothing but letters and a space.
        for index in expected.indices where octets[index] | 0x20 != expected[index] { return nil }
        return value.dropFirst(expected.count)
    }
}
