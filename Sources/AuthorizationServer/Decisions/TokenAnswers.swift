import Encoding
import Policy
import SMART

/// What introspection says of tokens to one caller, in octets that are the same however they are wrapped.
struct TokenAnswers: Sendable {
    let server: AuthorizationServer
    let caller: DecisionCaller
    /// Of the FHIR request that the tokens would come with.
    let judgement: RequestJudgement?

    /// `{"active":false}` and nothing else for a token that is not active for this caller, whatever the reason (IN-02).
    func answer(_ text: String) throws -> [UInt8] {
        let now = server.clock.now
        guard let token = try server.accessTokens.liveToken(text, now: now), caller.maySee(token),
            let standing = try server.permissions.standing(of: token, now: now)
        else { return Self.inactive }
        var body: [UInt8] = []
        body.reserveCapacity(token.members.count + standing.compiled.members.count + Self.room)
        body += token.members
        body += standing.compiled.members
        if let judgement {
            body += Self.decisionName
            var writer = JSONWriter(after: body)
            judgement.outcome(standing).write(to: &writer)
            body = writer.bytes
        }
        body.append(UInt8(ascii: "}"))
        return body
    }

    /// Each as if it had been asked about alone, in their order.
    func answer(_ texts: [String]) throws -> [UInt8] {
        var body = Array("{\"tokens\":[".utf8)
        for (index, text) in texts.enumerated() {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            body += try answer(text)
        }
        return body + Array("]}".utf8)
    }

    private static let decisionName = Array(",\"decision\":".utf8)
    /// For most decisions.
    private static let room = 128

    private static let inactive = Array(#"{"active":false}"#.utf8)
}
