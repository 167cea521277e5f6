import Encoding
import HTTP
import SMART

/// Reads the form of the protocol's POST endpoints: the steps that none may forget (TK-01, AZ-07).
enum ProtocolForm {
    /// Parameters come only from the body, only as a form, and each at most once, but for the one that is a list.
    static func read(_ request: Request, list: String? = nil) throws -> FormParameters {
        try request.requireForm()
        let form = try parse(request.body)
        guard let name = form.repeated else { return form }
        guard let list, name.hasSameOctets(as: list) else { throw OAuthError.repeated(name) }
        if let other = form.without(list).repeated { throw OAuthError.repeated(other) }
        return form
    }

    /// The parameters of an endpoint that browsers reach by GET or by a form, with the same meaning (checklist AUTHZ-1).
    /// Which parameter may not be repeated is the endpoint's to check.
    static func ofEitherMethod(_ request: Request) throws -> FormParameters {
        guard request.method == .post else { return try parse(request.query) }
        try request.requireForm()
        return try parse(request.body)
    }

    private static func parse(_ octets: [UInt8]) throws -> FormParameters {
        do { return try FormParameters(parsing: octets) } catch { throw OAuthError(.invalidRequest, error.words) }
    }
}

extension FormError {
    /// For an error_description: names what is wrong with the parameters as a whole.
    var words: String { "the parameters cannot be read: \(OAuthError.safe(String(describing: self)))" }
}

extension Request {
    /// TK-01: parameters come as a form, whose media type may carry a charset.
    func requireForm() throws {
        if headers.has("content-type", equalTo: "application/x-www-form-urlencoded") { return }
        let type = headers["content-type"]?.split(separator: ";").first ?? ""
        guard type.lowercased().filter({ $0 != " " }) == "application/x-www-form-urlencoded" else {
            throw OAuthError(.invalidRequest, "Content-Type must be application/x-www-form-urlencoded")
        }
    }
}
