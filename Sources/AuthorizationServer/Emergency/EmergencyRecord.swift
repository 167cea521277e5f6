import Encoding
import SMART
import Storage

/// What is written down when the glass is broken, in the transaction that opens the record: the entry of the review list, the
/// audit record, and the notice to the operator's own systems where they want one.
struct EmergencyRecord: Sendable, Equatable {
    let reason: EmergencyReason
    let isNotified: Bool

    static let eventKind = "emergency-access"

    func insert(_ decision: GrantDecision, grantID: Int64, _ transaction: borrowing WriteTransaction) throws {
        guard let patient = decision.context.patient?.value else {
            throw OAuthError(
                .serverError, "the request could not be completed", detail: "an emergency without a patient")
        }
        let (user, clientID) = (decision.signedIn.user, decision.visit.client.id.value)
        let lifetime = decision.lifetimes.authorizationCode + decision.lifetimes.emergencyAccessToken
        let id = try transaction.insertEmergencyAccess(
            userID: user.id, clientID: clientID, patient: patient, reason: reason.text, grantID: grantID,
            now: decision.now, expiresAt: decision.now.adding(seconds: lifetime))
        try transaction.audit(
            .emergencyAccess, actor: user.sub, client: clientID, patient: patient, address: decision.address,
            detail: "severity high, emergency access \(id)", at: decision.now)
        guard isNotified else { return }
        let body: JSONObject = [
            "id": .integer(id), "sub": .string(user.sub), "username": .string(user.username),
            "client_id": .string(clientID), "patient": .string(patient), "reason": .string(reason.text),
            "at": .integer(decision.now),
        ]
        _ = try transaction.insertEventNotice(
            kind: Self.eventKind, body: JSON.object(body).text, now: decision.now)
    }
}
