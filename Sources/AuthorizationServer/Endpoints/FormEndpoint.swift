import Encoding
import HTTP
import SMART

/// Reads the form of the protocol's POST endpoints: the steps that none may forget (TK-01, AZ-07).
enum ProtocolForm {
    /// Parameters come only from the body, only as a form, and each at most once.
    static func read(_ request: Request) throws -> FormParameters {
        try request.requireForm()
        do {
            let form = try FormParameters(parsing: request.body)
            if let name = form.repeated { throw OAuthError.repeated(name) }
            return form
        } catch let error as FormError {
            throw OAuthError(.invalidRequest, error.words)
        }
    }
}
