import Encoding
import HTTP
import Policy
import SMART
import Storage

/// An administrator's question: what would somebody get who makes that request with that app, and why? Answered by what
/// decides for a token (`RequestJudgement`), for a token that somebody would have who allowed the app all that it asks for.
struct ExplainedRequest: Sendable {
    private let user: StoredUser?
    private let client: Client
    private let asked: ScopeSet
    private let patient: FHIRID?
    private let holder: RoleHolder
    private let judgement: RequestJudgement

    private static let members = [
        "user", "client", "app", "scopes", "patient", "purpose", "acr", "address", "request", "request_body",
        "if_none_exist", "filtering",
    ]

    /// `{"user" | "client", "app", "request", "scopes"?, "patient"?, "purpose"?, "acr"?, "address"?, "request_body"?,
    /// "if_none_exist"?, "filtering"?}`. Throws a `Problem` that names every wrong member.
    init(_ json: JSON, _ server: AuthorizationServer) throws {
        var members = QuestionMembers(json, known: Self.members)
        let subject = members.subject()
        let (user, client) = try members.parties(subject, server)
        let asked = members.scopes(of: client)
        patient = members.value("patient", "must be the id of a patient", FHIRID.init)
        let purpose = members.value("purpose", "is no purpose of use that policies know", PurposeOfUse.init(rawValue:))
        let acr = members.value("acr", "must be \(RoleHolder.multiFactor)") { $0 == RoleHolder.multiFactor ? $0 : nil }
        let address = members.value("address", "must be an IP address") { text in
            text.utf8.contains(UInt8(ascii: "/")) || IPNetwork(text) == nil ? nil : text
        }
        let filtering = members.value(
            "filtering", "holds a word that is none of \(Filtering.words)",
            { Filtering($0) })
        let request = members.request()
        try members.finish()
        guard let client else { throw QuestionMembers.problem([("app", "is missing")]) }
        self.user = user
        self.client = client
        self.asked = asked
        holder =
            user.map {
                RoleHolder(user: $0, clientID: client.id.value, purpose: purpose, acr: acr, address: address)
            } ?? RoleHolder(clientID: client.id.value, purpose: purpose, address: address)
        // Somebody who asks why wants to see what would be left to filter.
        judgement = RequestJudgement(request: request, filtering: filtering ?? .all)
    }

    /// `{"decision", "words", "scope", "roles", "purpose_of_use"?, "trail"}`
    func response(_ server: AuthorizationServer) throws -> Response {
        let standing = try standing(server)
        let isLive = client.isEnabled && user?.disabledAt == nil
        let outcome = judgement.outcome(isLive ? standing : nil)
        var rest: JSONObject = [
            "words": .string(outcome.words), "scope": .string(standing.subject.scope.text),
            "roles": .array(standing.compiled.permissions.roles.map { .string($0.value) }),
        ]
        rest["purpose_of_use"] = holder.purpose.map { .string($0.rawValue) }
        rest["trail"] = .array(trail(standing))
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("decision")
        outcome.write(to: &writer)
        writer.members(of: rest)
        writer.endObject()
        return .unstoredJSON(writer.bytes)
    }

    /// What a token would be worth that was issued now: its scope is cut at consent as any other's.
    private func standing(_ server: AuthorizationServer) throws -> TokenStanding {
        let now = server.clock.now
        return try server.database.read { (transaction) throws(StorageError) in
            let edition = try server.roles.edition(transaction)
            let carried = try holder.carried(asked, edition, transaction, now: now)
            let scope = ScopeSet(
                carried.resources.filter { $0.level != .patient || patient != nil }.map(Scope.resource))
            let entitlement = try holder.entitlement(
                scope: scope, patient: patient, edition, transaction, now: now)
            let compiled = CompiledPermissions(
                edition.policies.permissions(of: entitlement.subject), subject: entitlement.subject, acr: holder.acr,
                location: nil, epoch: edition.epoch)
            return TokenStanding(compiled, entitlement, edition)
        }
    }

    /// Which rules spoke, for each thing that the request does; in a bundle, for each entry.
    private func trail(_ standing: TokenStanding) -> [JSON] {
        switch judgement.request {
        case .failure: []
        case .success(.single(let accesses)): steps(accesses, standing).map { .object($0.json) }
        case .success(.bundle(let bundle)):
            bundle.entries.enumerated().flatMap { index, entry -> [JSON] in
                guard case .success(let accesses) = entry else { return [] }
                return steps(accesses, standing).map { step in
                    var object = step.json
                    object["entry"] = .integer(Int64(index))
                    return .object(object)
                }
            }
        }
    }

    private func steps(_ accesses: [FHIRAccess], _ standing: TokenStanding) -> [Explanation.Step] {
        Explanation(accesses, standing.subject, standing.edition.policies, filtering: judgement.filtering).steps
    }
}
