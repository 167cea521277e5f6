import Encoding
import HTTP
import SMART
import Storage

/// `POST /launches`: an EHR opens a launch for one of its users and gets the handle and the app's ready launch URL
/// (checklist EHR-1). The EHR shows a bearer token with the scope `auth/Launch.c`.
struct LaunchesEndpoint: Endpoint {
    let server: AuthorizationServer

    func respond(to request: Request) async throws -> Response {
        guard let bearer = BearerToken(try AuthorizationHeader(request.headers)) else { throw BearerToken.missing() }
        let token = try bearer.require("auth/Launch.c", server)
        guard let json = try? JSON(parsing: request.body) else {
            throw Problem(status: 400, title: "Not JSON", detail: "The body must be one JSON object.")
        }
        let opening = try await LaunchOpening(json, server)
        return try await opening.open(by: token.clientID, address: request.peer.address, server)
    }
}

/// A launch as an EHR asks for it, every member checked.
struct LaunchOpening: Sendable {
    private let client: Client
    private let launchURL: String
    private let audience: FHIRServer
    private let user: StoredUser?
    private let context: LaunchContext

    private static let ownMembers: Set<String> = ["client_id", "user", "aud", "launch_url"]

    /// Throws a `Problem` that names every wrong member.
    init(_ json: JSON, _ server: AuthorizationServer) async throws {
        var errors: [(member: String, reason: String)] = []
        guard let object = json.objectValue else {
            throw Problem(status: 400, title: "Not an object", detail: "The body must be one JSON object.")
        }
        let client = try json["client_id"]?.stringValue.flatMap { try server.clients.client($0) }
        if client?.isEnabled != true { errors.append(("client_id", "is not a client that is known here")) }
        let launchURL = Self.launchURL(json, client)
        if client != nil, launchURL == nil { errors.append(("launch_url", "is not a launch URI of this client")) }
        let audience = Self.audience(json, try server.fhirServers.edition())
        if audience == nil { errors.append(("aud", "is not a FHIR server that is served here")) }
        let user = try Self.user(json, server)
        if json["user"] != nil, user == nil { errors.append(("user", "is not a user that is known here")) }
        let context = Self.context(object, &errors)
        errors += try await Self.strangers(context, try server.directories.directory(for: audience?.base))
        guard errors.isEmpty, let client, let launchURL, let audience else {
            throw Problem(
                status: 422, title: "The launch cannot be opened", detail: "See the members named in errors.",
                errors: errors)
        }
        self.client = client
        self.launchURL = launchURL
        self.audience = audience
        self.user = user
        self.context = server.style.completed(context.withBanner)
    }

    /// `requiring`: what must still hold in the transaction that opens it.
    func open(
        by opener: String, address: String, _ server: AuthorizationServer,
        requiring: @escaping @Sendable (borrowing WriteTransaction) throws -> Void = { _ in }
    ) async throws -> Response {
        let secret = try HandleSecret(server.random)
        let (now, lifetime) = (server.clock.now, server.configuration.lifetimes.launch)
        let id = try await server.database.write { [self] transaction in
            try requiring(transaction)
            // Stopping a client ends its launches: none may come after it.
            guard try transaction.isClientEnabled(client.id.value) else {
                throw Problem(
                    status: 422, title: "The launch cannot be opened", detail: "See the members named in errors.",
                    errors: [("client_id", "is stopped or removed")])
            }
            try transaction.audit(
                .launchOpened, actor: opener, client: client.id.value, patient: context.patient?.value,
                address: address, at: now)
            return try transaction.insertLaunch(
                secretHash: secret.hash, clientID: client.id.value, userID: user?.id, audience: audience.base.value,
                context: JSON.object(context.json).text, now: now, expiresAt: now.adding(seconds: lifetime))
        }
        let handle = Handle(id: id, secret: secret).text
        let separator = launchURL.utf8.contains(0x3F) ? "&" : "?"
        // Checklist EHR-2: `iss` is the FHIR base, character for character.
        let parameters = FormParameters([("iss", audience.base.value), ("launch", handle)]).serialized()
        var response = Response.json(
            201,
            [
                "launch": .string(handle), "launch_url": .string(launchURL + separator + parameters),
                "expires_in": .integer(lifetime),
            ])
        response.forbidStoring()
        return response
    }

    /// The registered one; where there are several, the EHR says which.
    private static func launchURL(_ json: JSON, _ client: Client?) -> String? {
        guard let registered = client?.metadata.launchURIs.map(\.value) else { return nil }
        guard let asked = json["launch_url"] else { return registered.first }
        return registered.first { $0 == asked.stringValue }
    }

    private static func audience(_ json: JSON, _ known: FHIRServerBook.Edition) -> FHIRServer? {
        guard let asked = json["aud"] else { return known.servers.first }
        return asked.stringValue.flatMap(FHIRBaseURL.init).flatMap(known.server(base:))
    }

    private static func user(_ json: JSON, _ server: AuthorizationServer) throws -> StoredUser? {
        guard let name = json["user"]?.stringValue else { return nil }
        let user = try server.database.read { (transaction) throws(StorageError) in
            try transaction.user(usernameKey: Username.key(name))
        }
        return user?.disabledAt == nil ? user : nil
    }

    private static func context(
        _ object: JSONObject, _ errors: inout [(member: String, reason: String)]
    ) -> LaunchContext {
        var members = object
        for name in ownMembers { members[name] = nil }
        do {
            return try LaunchContext(.object(members))
        } catch {
            errors.append((error.member, error.reason))
            return LaunchContext()
        }
    }

    /// The directory knows the patient, and the encounter is the patient's.
    private static func strangers(
        _ context: LaunchContext, _ directory: any Directory
    ) async throws -> [(member: String, reason: String)] {
        var errors: [(member: String, reason: String)] = []
        if let patient = context.patient, try await directory.patient(patient) == nil {
            errors.append(("patient", "is not in the directory"))
        }
        guard let encounter = context.encounter else { return errors }
        var isOfPatient = false
        if let patient = context.patient { isOfPatient = try await directory.encounter(encounter, of: patient) != nil }
        if !isOfPatient { errors.append(("encounter", "is not an encounter of the patient")) }
        return errors
    }
}

extension LaunchContext {
    /// Checklist CTX-4: an app that is launched for a patient is always told. An EHR that says nothing shows no banner that
    /// the app could rely on.
    fileprivate var withBanner: LaunchContext {
        var context = self
        if context.patient != nil, context.needPatientBanner == nil { context.needPatientBanner = true }
        return context
    }
}
