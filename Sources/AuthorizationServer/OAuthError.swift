package import SMART

/// A refusal in the words of the specifications. `description` is for the client's developer and names the parameter;
/// `detail` is for the log. No text depends on a secret, and every failed client authentication has the same text (TK-03).
package struct OAuthError: Error, Sendable {
    package let code: OAuthErrorCode
    package let description: String
    package let detail: String?
    /// The status, where an endpoint's specification wants another than the code's usual one.
    package let status: Int
    package var challenge: Challenge?

    package init(
        _ code: OAuthErrorCode, _ description: String, detail: String? = nil, status: Int? = nil,
        challenge: Challenge? = nil
    ) {
        self.code = code
        self.description = description
        self.detail = detail
        self.status = status ?? code.status
        self.challenge = challenge
    }

    /// What `WWW-Authenticate` asks for (RFC 6749 §5.2, RFC 6750 §3).
    package enum Challenge: Sendable {
        case basic
        case bearer(scope: String?)
        /// RFC 6750 §3.1: a request without any authentication gets no error code.
        case bearerWithoutError
    }

    static func missing(_ parameter: String) -> OAuthError {
        OAuthError(.invalidRequest, "\(parameter) is missing")
    }

    static func repeated(_ parameter: String) -> OAuthError {
        // RFC 6749 §3.1, §3.2: parameters MUST NOT be included more than once.
        OAuthError(.invalidRequest, "\(safe(parameter)) is there more than once")
    }

    /// An echo of something from outside, fit for an error_description: the characters of RFC 6749 §5.2, so many at most.
    static func safe(_ text: String, limit: Int = 60) -> String {
        String(decoding: text.utf8.prefix(limit).map(isAllowed).map { $0 }, as: UTF8.self)
    }

    private static func isAllowed(_ octet: UInt8) -> UInt8 {
        (0x20...0x7E).contains(octet) && octet != 0x22 && octet != 0x5C ? octet : 0x3F
    }
}
