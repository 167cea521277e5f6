import Encoding

/// What is wrong with one evaluation. Alone it is the answer of the endpoint; among others it stands in the context of its own
/// decision, which is false (AuthZEN Authorization API 1.0 §7.2.1, §10.1.2).
struct EvaluationError: Error, Sendable {
    let status: Int
    /// Names the member.
    let message: String

    /// A member that is missing, or not what it should be.
    init(_ message: String) {
        status = 400
        self.message = message
    }

    private init(status: Int, _ message: String) {
        self.status = status
        self.message = message
    }

    static let forbidden = EvaluationError(
        status: 403, "subject: only a resource server asks about users, and only for its own audiences")

    var problem: Problem { Problem(status: status, title: "The evaluation cannot be made", detail: message) }

    var json: JSON {
        [
            "decision": false,
            "context": ["error": ["status": .integer(Int64(status)), "message": .string(message)]],
        ]
    }
}
