import Encoding
import Policy
import SMART

extension PurposeOfUse {
    /// The parameter `purpose_of_use` of an authorization or token request. Breaking the glass is for a person, who gives a
    /// reason on a page.
    static func requested(_ text: String, byPerson: Bool = false) throws -> PurposeOfUse {
        let known = allCases.filter { byPerson || $0 != .breakTheGlass }
        guard let purpose = known.first(where: { $0.rawValue.hasSameOctets(as: text) }) else {
            let names = known.map(\.rawValue).joined(separator: ", ")
            throw OAuthError(.invalidRequest, "purpose_of_use must be one of \(names)")
        }
        return purpose
    }
}
