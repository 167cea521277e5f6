import Policy
import SMART

extension PurposeOfUse {
    /// The parameter `purpose_of_use` of an authorization or token request.
    static func requested(_ text: String) throws -> PurposeOfUse {
        guard let purpose = PurposeOfUse(rawValue: text), purpose != .breakTheGlass else {
            let known = allCases.filter { $0 != .breakTheGlass }.map(\.rawValue).joined(separator: ", ")
            throw OAuthError(.invalidRequest, "purpose_of_use must be one of \(known)")
        }
        return purpose
    }
}
