import Encoding
import Policy
import SMART
import Storage

extension ConfigurationRun {
    mutating func putGroups(_ transaction: borrowing WriteTransaction) throws {
        for file in application.set.groups {
            let name = file.group.name
            let path = ConfigurationKind.groups.file(name)
            let roles = roles(file.roles, of: path, holder: nil, isGroup: true)
            let current = current(path)
            let desired = file.object(roles: roles.json)
            let change = record(desired, over: current, silent: roles.json == nil ? ["roles"] : [])
            guard roles.isSound else { continue }
            do {
                if change.step == .create {
                    try transaction.insertGroup(name, title: file.group.title, now: now)
                    try audit(.groupChanged, detail: "\(name) made", transaction)
                } else if current?.json["title"] != .string(file.group.title) {
                    _ = try transaction.retitleGroup(name, title: file.group.title)
                    try audit(.groupChanged, detail: "\(name) has another title", transaction)
                }
                try file.roles?.put(to: .group(name), holder: nil, roleChange, transaction)
            } catch let problem as Problem {
                add(path, problem)
            }
        }
    }

    mutating func putClients(_ transaction: borrowing WriteTransaction) throws {
        for file in application.set.clients {
            let (path, id) = (file.kind.file(file.id.value), file.id.value)
            let client = standing.clients[id]
            let objections = objections(to: file, over: client)
            errors += objections.map { (ConfigurationSet.place(path, $0.member), $0.reason) }
            let roles = roles(file.roles, of: path, holder: .client, isGroup: false)
            let needsSecret =
                file.metadata.tokenEndpointAuthMethod.usesSecret && client?.secrets.isEmpty ?? true
            let change = record(
                file.object(roles: roles.json), over: client.flatMap(currentObject),
                // What it is looked for by is no part of a client.
                silent: Set(["client_secret"] + (roles.json == nil ? ["roles"] : [])),
                secret: needsSecret ? (id, file.secretReference) : nil)
            guard objections.isEmpty, roles.isSound else { continue }
            guard change.step != .unchanged || needsSecret else { continue }
            do {
                let verifiers = needsSecret ? try secret(of: file) : []
                if let client {
                    try update(client, to: file, verifiers, change.members.map(\.name), transaction)
                } else {
                    try insert(file, verifiers, transaction)
                }
                try file.roles?.put(to: .client(id), holder: .client, roleChange, transaction)
                outcome.clients.append(id)
            } catch let problem as Problem {
                add(path, problem)
            }
        }
    }

    /// As it stands, whichever folder its file would be in now.
    private func currentObject(_ client: Client) -> ConfigurationObject? {
        let kind = client.metadata.isResourceServer ? ConfigurationKind.resourceServers : .clients
        return current(kind.file(client.id.value))
    }

    private func objections(to file: ClientFile, over client: Client?) -> [(member: String, reason: String)] {
        var errors: [(member: String, reason: String)] = []
        if application.server.clients.isReserved(file.id.value) { errors.append(("client_id", "is this server's own")) }
        for base in file.metadata.resourceServerAudiences where !audiences.contains(where: { $0.base == base }) {
            errors.append(("resource_server_audiences", "\(base.value) is not one of the FHIR servers"))
        }
        guard let client else { return errors }
        if client.documentSeenAt != nil {
            errors.append(("client_id", "comes by a document of its own (Client ID Metadata Documents)"))
        } else if (client.standing == .administered) != (file.standing == .administered) {
            let reason =
                client.standing == .administered
                ? "an administrator registered it: leave standing out"
                : "it registered itself: it is \(client.standing.rawValue)"
            errors.append(("standing", reason))
        }
        return errors
    }

    /// What is kept of its first secret.
    private mutating func secret(of file: ClientFile) throws -> [String] {
        switch application.secrets {
        case .planned: return []
        case .given(let verifiers, let generatesOthers):
            if let verifier = verifiers[file.id.value] { return [verifier] }
            guard generatesOthers else {
                throw ConfigurationSet.problem([
                    ("client_secret", "there is no value for \(file.secretReference), and none was to be made")
                ])
            }
            let made = try ClientSecrets.generate(application.server.random)
            outcome.generated.append((file.id.value, made.secret))
            return [made.verifier]
        }
    }

    private func insert(
        _ file: ClientFile, _ verifiers: [String], _ transaction: borrowing WriteTransaction
    ) throws {
        let id = file.id.value
        try transaction.insertClient(
            id: id, metadata: JSON.object(file.metadata.json).text, secretVerifiers: verifiers,
            standing: file.standing, now: now)
        try audit(.clientRegistered, client: id, detail: "registered", transaction)
        if file.isDisabled { try disable(id, true, transaction) }
        // As a registration by hand: only where the file is silent.
        guard file.roles == nil, !file.metadata.scope.resources(level: .system).isEmpty,
            let usual = application.server.configuration.defaultRoles[.client], policies[usual] != nil
        else { return }
        _ = try NewRoleAssignment(role: usual, reason: "given to all of this kind").store(
            to: .client(id), holder: .client, by: application.actor, address: application.address, policies,
            transaction, now: now)
    }

    /// Its secrets stay as they are, and are only added to where it has none.
    private func update(
        _ client: Client, to file: ClientFile, _ verifiers: [String], _ members: [String],
        _ transaction: borrowing WriteTransaction
    ) throws {
        let id = client.id.value
        if client.metadata != file.metadata {
            _ = try transaction.replaceClient(id: id, metadata: JSON.object(file.metadata.json).text, now: now)
            if ClientAdministration.loses(client.metadata, becoming: file.metadata) {
                try transaction.endEverything(ofClient: id, reason: "client changed", now: now)
            }
            try audit(.clientUpdated, client: id, detail: "updated \(members.joined(separator: ", "))", transaction)
        }
        for verifier in verifiers {
            _ = try transaction.addClientSecret(clientID: id, verifier: verifier, expiresAt: nil, now: now)
            try audit(.clientSecretRotated, client: id, detail: "its first secret", transaction)
        }
        if client.standing != file.standing {
            _ = try transaction.setClientStanding(id, file.standing, now: now)
            let event = file.standing == .approved ? AuditEvent.clientApproved : .clientUpdated
            try audit(event, client: id, detail: file.standing.rawValue, transaction)
        }
        if client.isDisabled != file.isDisabled { try disable(id, file.isDisabled, transaction) }
    }

    private func disable(_ id: String, _ isDisabled: Bool, _ transaction: borrowing WriteTransaction) throws {
        _ = try transaction.setClientDisabled(id, isDisabled, now: now)
        try audit(
            isDisabled ? .clientDisabled : .clientEnabled, client: id, detail: isDisabled ? "disabled" : "enabled",
            transaction)
    }
}
