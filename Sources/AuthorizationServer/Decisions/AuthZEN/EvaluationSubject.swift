import Encoding
import Policy
import SMART

/// Who would act: the bearer of a token, or a person without one.
enum EvaluationSubject: Sendable {
    case token(String)
    case person(Person)

    /// Somebody by `sub` or user name, with the app that they would use. What they may do is what their roles say within the
    /// given scopes and what that app may ask for; nobody has consented to it.
    struct Person: Sendable {
        let name: String
        let clientID: String
        /// Nil: all that the app may ask for.
        let scope: ScopeSet?
        let patient: FHIRID?
        let purpose: PurposeOfUse?
        /// Nil: the caller's, where it has but one.
        let audience: String?
    }

    /// `context`: where the circumstances may stand instead of in `subject.properties`.
    init(_ subject: EvaluationMembers, context: EvaluationMembers?) throws(EvaluationError) {
        let type = try subject.requiredText("type"), id = try subject.requiredText("id")
        let properties = try subject.object("properties")
        switch type {
        case "token", "access_token": self = .token(id)
        case "user": self = .person(try Person(id, properties, context))
        default: throw EvaluationError("subject.type must be token, access_token or user")
        }
    }
}

extension EvaluationSubject.Person {
    fileprivate init(
        _ name: String, _ properties: EvaluationMembers?, _ context: EvaluationMembers?
    ) throws(EvaluationError) {
        func text(_ member: String) throws(EvaluationError) -> String? {
            if let text = try properties?.text(member) { return text }
            return try context?.text(member)
        }
        self.name = name
        guard let clientID = try text("client_id") else {
            throw EvaluationError("subject.properties.client_id is missing: the app that the user would use")
        }
        self.clientID = clientID
        scope = try text("scope").map(Self.scope)
        audience = try text("audience")
        patient = try text("patient").map { (text) throws(EvaluationError) in
            guard let patient = FHIRID(text) else { throw EvaluationError("patient must be the id of a Patient") }
            return patient
        }
        purpose = try text("purpose").map { (text) throws(EvaluationError) in
            // An emergency is opened by the person in it, and by nobody's word.
            guard let purpose = PurposeOfUse(rawValue: text), purpose != .breakTheGlass else {
                throw EvaluationError("purpose is not a purpose of use that is known here")
            }
            return purpose
        }
    }

    private static func scope(_ text: String) throws(EvaluationError) -> ScopeSet {
        let scope = ScopeSet(parsing: text)
        guard scope.rejected.isEmpty else { throw EvaluationError("scope holds an item that is no scope") }
        return scope
    }
}
