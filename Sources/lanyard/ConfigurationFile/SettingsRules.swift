import AuthorizationServer
import SMART

/// The rules between settings, and between settings and the machine. Each answers with what it finds wrong.
enum SettingsRules {
    typealias Rule = @Sendable (SettingsDraft) -> [SettingProblem]

    static let all: [Rule] = [
        requireIssuer, requireHTTPSIssuer, requireFHIRServers, requireListener, refusePublicHTTP,
        refuseExposedAdministration, requireProxyNetworks, requireTLS, requireOrderedSessionLifetimes,
        requireHarmlessRegistration, requireUsableRegistration, requireOneKeyPassphrase, refuseExposedSecrets,
        refuseExposedDirectories,
    ]

    @Sendable static func requireIssuer(_ draft: SettingsDraft) -> [SettingProblem] {
        draft.issuer == nil ? [SettingProblem(member: "issuer", reason: "is missing")] : []
    }

    /// SMART App Launch 2.2 §3: TLS everywhere; http is for development on this machine only.
    @Sendable static func requireHTTPSIssuer(_ draft: SettingsDraft) -> [SettingProblem] {
        guard let issuer = draft.issuer, !LoopbackHost.protects(issuer.value) else { return [] }
        return [SettingProblem(member: "issuer", reason: "must be https (http only on loopback, for development)")]
    }

    /// There may be none: administrators register them too.
    @Sendable static func requireFHIRServers(_ draft: SettingsDraft) -> [SettingProblem] {
        var seen: Set<String> = []
        var ids: Set<String> = []
        return draft.fhirServers.enumerated().flatMap { index, server -> [SettingProblem] in
            let member = "fhir_servers[\(index)].base"
            var problems: [SettingProblem] = []
            if !LoopbackHost.protects(server.base.value) {
                problems.append(SettingProblem(member: member, reason: "must be https (http only on loopback)"))
            }
            if !seen.insert(server.base.value).inserted {
                problems.append(SettingProblem(member: member, reason: "is listed twice"))
            } else if !ids.insert(server.id).inserted {
                problems.append(
                    SettingProblem(
                        member: "fhir_servers[\(index)].id", reason: "is another one's: give each its own")
                )
            }
            return problems
        }
    }

    @Sendable static func requireListener(_ draft: SettingsDraft) -> [SettingProblem] {
        draft.listen.isEmpty ? [SettingProblem(member: "listen", reason: "names no address")] : []
    }

    /// TK-24.
    @Sendable static func refusePublicHTTP(_ draft: SettingsDraft) -> [SettingProblem] {
        guard !draft.isBehindProxy else { return [] }
        return draft.listen.enumerated().filter { $0.element.isPublicWithoutTLS }.map { index, _ in
            SettingProblem(
                member: "listen[\(index)]",
                reason: "http off loopback needs tls, or behind_proxy where a proxy ends TLS")
        }
    }

    /// AD-12: no proxy speaks for who administers, so that there is no `behind_proxy` here. A socket among these would let whoever
    /// opens it in only with a token: `admin_socket` is the one for the operator.
    @Sendable static func refuseExposedAdministration(_ draft: SettingsDraft) -> [SettingProblem] {
        draft.adminListen.enumerated().compactMap { index, address in
            let reason: String
            if case .unix = address {
                reason = "must be host and port: the local socket is admin_socket"
            } else if address.isPublicWithoutTLS {
                reason = "must be on loopback or have tls"
            } else if draft.listen.contains(where: { $0.text == address.text }) {
                reason = "is an address of listen: the administration needs one of its own"
            } else {
                return nil
            }
            return SettingProblem(member: "admin_listen[\(index)]", reason: reason)
        }
    }

    /// Without them nobody's `X-Forwarded-Proto` is believed, and every request would look like plain http.
    @Sendable static func requireProxyNetworks(_ draft: SettingsDraft) -> [SettingProblem] {
        let hasTCP = draft.listen.contains { if case .tcp = $0 { true } else { false } }
        guard draft.isBehindProxy, hasTCP, draft.trustedProxies.isEmpty else { return [] }
        return [
            SettingProblem(
                member: "trusted_proxies", reason: "behind_proxy needs the networks that the proxy calls from")
        ]
    }

    /// A https issuer needs something that ends TLS.
    @Sendable static func requireTLS(_ draft: SettingsDraft) -> [SettingProblem] {
        guard let issuer = draft.issuer, issuer.isHTTPS, !draft.isBehindProxy else {
            return []
        }
        guard !draft.listen.isEmpty, !draft.listen.contains(where: \.hasTLS) else { return [] }
        return [
            SettingProblem(member: "listen", reason: "the issuer is https: one address needs tls, or set behind_proxy")
        ]
    }

    @Sendable static func requireOrderedSessionLifetimes(_ draft: SettingsDraft) -> [SettingProblem] {
        guard draft.lifetimes.sessionIdle > draft.lifetimes.sessionAbsolute else { return [] }
        return [
            SettingProblem(
                member: "lifetimes.session_idle", reason: "must not be longer than lifetimes.session_absolute")
        ]
    }

    @Sendable static func requireOneKeyPassphrase(_ draft: SettingsDraft) -> [SettingProblem] {
        let sources = draft.keyPassphrase.sources
        guard sources.count > 1 else { return [] }
        return [
            SettingProblem(
                member: sources[0],
                reason: "the passphrase of the keys comes from one place, not also "
                    + sources.dropFirst().joined(separator: " and "))
        ]
    }

    /// ST-16, HT-12: secrets that others on the machine can read.
    @Sendable static func refuseExposedSecrets(_ draft: SettingsDraft) -> [SettingProblem] {
        let files =
            [("key_passphrase_file", draft.keyPassphrase.file)]
            + draft.keyPassphrase.previousFiles.enumerated().map { index, file in
                ("key_passphrase_previous_files[\(index)]", file)
            }
        let passphrases = files.flatMap { member, file in
            file.map { exposed($0, member) { $0.isOpenToOthers } } ?? []
        }
        let listeners = [("listen", draft.listen), ("admin_listen", draft.adminListen)]
        let named = listeners.flatMap { name, addresses in
            addresses.enumerated().map { (member: "\(name)[\($0.offset)].tls", address: $0.element) }
        }
        let tls = named.flatMap { member, address -> [SettingProblem] in
            guard case .tcp(_, _, let files?) = address else { return [] }
            return exposed(files.certificate, member + ".certificate") { _ in false }
                + exposed(files.key, member + ".key") { $0.isOpenToGroup || $0.isOpenToOthers }
        }
        return passphrases + tls
    }

    /// A file that must be there and that `isExposed` must not find open.
    private static func exposed(
        _ path: String, _ member: String, _ isExposed: (FileStatus) -> Bool
    ) -> [SettingProblem] {
        guard let status = FileAccess.status(path), !status.isDirectory else {
            return [SettingProblem(member: member, reason: "there is no such file")]
        }
        guard isExposed(status) else { return [] }
        return [SettingProblem(member: member, reason: "others can read the file; make it its owner's (chmod 600)")]
    }

    /// Directories that exist already; those that do not are made with mode 0700.
    @Sendable static func refuseExposedDirectories(_ draft: SettingsDraft) -> [SettingProblem] {
        [("data", draft.data), ("keys", draft.keys)].compactMap { member, path in
            guard let status = FileAccess.status(path) else { return nil }
            guard status.isDirectory else { return SettingProblem(member: member, reason: "is not a directory") }
            guard status.mode & 0o022 != 0 else { return nil }
            return SettingProblem(member: member, reason: "others may write into the directory (chmod 700)")
        }
    }
}
