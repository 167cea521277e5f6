import Policy
import SMART
import Storage

extension ConfigurationRun {
    /// What has no file goes, what names others before what is named.
    mutating func prune(_ transaction: borrowing WriteTransaction) throws {
        for kind in ConfigurationKind.allCases.reversed() where application.prunes.contains(kind) {
            let strangers = standing.objects.filter {
                $0.kind == kind && $0.isPrunable && !kept.contains($0.file)
            }
            for object in strangers {
                recordRemoval(of: object)
                do { try remove(object, transaction) } catch let problem as Problem { add(object.file, problem) }
            }
            if kind == .rolePolicies, !strangers.isEmpty, errors.isEmpty { try requireValidPolicies(transaction) }
        }
    }

    private mutating func remove(_ object: ConfigurationObject, _ transaction: borrowing WriteTransaction) throws {
        let name = object.name
        switch object.kind {
        case .clients, .resourceServers:
            _ = try transaction.deleteClient(name, now: now)
            try audit(.clientRemoved, client: name, detail: "removed", transaction)
            outcome.clients.append(name)
        case .groups:
            _ = try transaction.removeGroup(name, by: application.actor, now: now)
            try audit(.groupChanged, detail: "\(name) removed", transaction)
        case .rolePolicies: try removePolicy(of: name, transaction)
        case .fhirServers:
            let found = try book.changeable(name, transaction)
            try found.requireUnused(
                but: application.server.configuration.issuer.value, isForced: false, book, transaction, now: now)
            try found.remove(
                by: application.actor, address: application.address, book, transaction, now: now)
        }
    }

    private func removePolicy(of role: String, _ transaction: borrowing WriteTransaction) throws {
        let configuration = application.server.configuration
        if configuration.requiresDefaultRoles, configuration.defaultRoles.values.contains(where: { $0.value == role }) {
            throw ConfigurationSet.problem([("", "default_roles names it, and the server would not start without it")])
        }
        let removal = try transaction.removeRolePolicy(role, actor: application.actor, reason: "apply", now: now)
        guard case .done(let revision) = removal else {
            throw ConfigurationSet.problem([("", "somebody has the role: revoke its assignments first")])
        }
        try audit(.rolePolicyRemoved, detail: "\(role) \(revision)", transaction)
    }

    private mutating func requireValidPolicies(_ transaction: borrowing WriteTransaction) throws {
        do {
            try transaction.requireValidPolicies()
        } catch let problems as PolicyProblems {
            errors += problems.list.map {
                (ConfigurationSet.place(ConfigurationKind.rolePolicies.file($0.file), $0.member), $0.reason)
            }
        }
    }
}
