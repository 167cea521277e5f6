import Encoding
import SMART
import Storage

/// When a person is not asked again (AZ-20): the same app, audience and patient, nothing that was not allowed before, no
/// wildcard, an address that nobody else can take, and no purpose of use, for which roles may open more than was asked
/// about. It is kept only where the person asked for it.
struct ConsentMemory: Sendable {
    private let visit: Visit
    private let offer: Offer
    private let lifetime: Int64

    init(_ visit: Visit, _ offer: Offer, lifetime: Int64) {
        self.visit = visit
        self.offer = offer
        self.lifetime = lifetime
    }

    /// Whether an answer may be remembered at all. What a public client's private-use scheme or loopback address leads to
    /// may be another app each time (RFC 8252 §8.6); a wildcard grows with the kinds of data that there are.
    var isPossible: Bool {
        let hasOwnAddress = !visit.client.metadata.isPublic || visit.target.registered.value.hasPrefix("https://")
        let isWide = offer.scope.resources.contains { $0.type == .any }
        // Who administers is asked each time (AD-10).
        if visit.request.isAdministration { return false }
        return lifetime > 0 && hasOwnAddress && !visit.target.registered.isPrivateUseScheme && !isWide && !hasPurpose
    }

    private var hasPurpose: Bool { visit.request.purpose != nil }

    /// Whether what is offered was allowed before and need not be asked. `prompt=consent` always asks.
    func answers(_ signedIn: Visit.SignedIn, _ transaction: borrowing some Reading & ~Copyable, now: Int64)
        throws(StorageError) -> Bool
    {
        guard isPossible, !visit.request.prompts.contains(.consent) else { return false }
        let key = key(signedIn)
        let remembered = try transaction.consent(
            userID: key.userID, clientID: key.clientID, audience: key.audience, patient: key.patient, now: now)
        guard let remembered else { return false }
        let allowed = ScopeSet(parsing: remembered.scope)
        guard allowed.rejected.isEmpty else {
            throw StorageError.corrupt("the scope of a remembered consent cannot be read")
        }
        return allowed.covers(offer.scope, reading: .ceiling)
    }

    /// After an answer on the page: the last one counts. One for a purpose says nothing of requests without.
    func keep(
        _ granted: ScopeSet, _ signedIn: Visit.SignedIn, isWanted: Bool, _ transaction: borrowing WriteTransaction,
        now: Int64
    ) throws(StorageError) {
        if hasPurpose { return }
        let key = key(signedIn)
        guard isWanted, isPossible else {
            return try transaction.deleteConsent(
                userID: key.userID, clientID: key.clientID, audience: key.audience, patient: key.patient)
        }
        try transaction.upsertConsent(
            StoredConsent(
                userID: key.userID, clientID: key.clientID, audience: key.audience, patient: key.patient,
                scope: granted.text, createdAt: now, expiresAt: now.adding(seconds: lifetime)))
    }

    private func key(
        _ signedIn: Visit.SignedIn
    ) -> (userID: Int64, clientID: String, audience: String, patient: String?) {
        (
            signedIn.user.id, visit.client.id.value, visit.request.audience?.value ?? "",
            offer.context.patient?.value
        )
    }
}
