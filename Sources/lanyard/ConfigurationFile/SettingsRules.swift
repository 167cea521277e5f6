import SMART

/// The rules between settings, and between settings and the machine. Each answers with what it finds wrong.
enum SettingsRules {
    typealias Rule = @Sendable (SettingsDraft) -> [Problem]

    static let all: [Rule] = [
        requireIssuer, requireHTTPSIssuer, requireFHIRServers, requireListener, refusePublicHTTP, requireProxyNetworks,
        requireTLS, requireOrderedSessionLifetimes, refuseExposedSecrets, refuseExposedDirectories,
    ]

    @Sendable static func requireIssuer(_ draft: SettingsDraft) -> [Problem] {
        draft.issuer == nil ? [Problem(member: "issuer", reason: "is missing")] : []
    }

    /// SMART App Launch 2.2 §3: TLS everywhere; http is for development on this machine only.
    @Sendable static func requireHTTPSIssuer(_ draft: SettingsDraft) -> [Problem] {
        guard let issuer = draft.issuer, WebAddress(issuer.value)?.isProtected != true else { return [] }
        return [Problem(member: "issuer", reason: "must be https (http only on loopback, for development)")]
    }

    @Sendable static func requireFHIRServers(_ draft: SettingsDraft) -> [Problem] {
        guard !draft.fhirServers.isEmpty else {
            return [Problem(member: "fhir_servers", reason: "names no FHIR server")]
        }
        var seen: Set<String> = []
        return draft.fhirServers.enumerated().flatMap { index, server -> [Problem] in
            let member = "fhir_servers[\(index)].base"
            var problems: [Problem] = []
            if WebAddress(server.base.value)?.isProtected != true {
                problems.append(Problem(member: member, reason: "must be https (http only on loopback)"))
            }
            if !seen.insert(server.base.value).inserted {
                problems.append(Problem(member: member, reason: "is listed twice"))
            }
            return problems
        }
    }

    @Sendable static func requireListener(_ draft: SettingsDraft) -> [Problem] {
        draft.listen.isEmpty ? [Problem(member: "listen", reason: "names no address")] : []
    }

    /// TK-24.
    @Sendable static func refusePublicHTTP(_ draft: SettingsDraft) -> [Problem] {
        guard !draft.isBehindProxy else { return [] }
        return draft.listen.enumerated().filter { $0.element.isPublicWithoutTLS }.map { index, _ in
            Problem(
                member: "listen[\(index)]",
                reason: "http off loopback needs tls, or behind_proxy where a proxy ends TLS")
        }
    }

    /// Without them nobody's `X-Forwarded-Proto` is believed, and every request would look like plain http.
    @Sendable static func requireProxyNetworks(_ draft: SettingsDraft) -> [Problem] {
        let hasTCP = draft.listen.contains { if case .tcp = $0 { true } else { false } }
        guard draft.isBehindProxy, hasTCP, draft.trustedProxies.isEmpty else { return [] }
        return [Problem(member: "trusted_proxies", reason: "behind_proxy needs the networks that the proxy calls from")]
    }

    /// A https issuer needs something that ends TLS.
    @Sendable static func requireTLS(_ draft: SettingsDraft) -> [Problem] {
        guard let issuer = draft.issuer, WebAddress(issuer.value)?.isHTTPS == true, !draft.isBehindProxy else {
            return []
        }
        guard !draft.listen.isEmpty, !draft.listen.contains(where: \.hasTLS) else { return [] }
        return [Problem(member: "listen", reason: "the issuer is https: one address needs tls, or set behind_proxy")]
    }

    @Sendable static func requireOrderedSessionLifetimes(_ draft: SettingsDraft) -> [Problem] {
        guard draft.lifetimes.sessionIdle > draft.lifetimes.sessionAbsolute else { return [] }
        return [
            Problem(member: "lifetimes.session_idle", reason: "must not be longer than lifetimes.session_absolute")
        ]
    }

    /// ST-16, HT-12: secrets that others on the machine can read.
    @Sendable static func refuseExposedSecrets(_ draft: SettingsDraft) -> [Problem] {
        let passphrase = draft.keyPassphraseFile.map { file in
            exposed(file, "key_passphrase_file") { $0.isOpenToOthers }
        }
        let tls = draft.listen.enumerated().flatMap { index, address -> [Problem] in
            guard case .tcp(_, _, let files?) = address else { return [] }
            let member = "listen[\(index)].tls"
            return exposed(files.certificate, member + ".certificate") { _ in false }
                + exposed(files.key, member + ".key") { $0.isOpenToGroup || $0.isOpenToOthers }
        }
        return (passphrase ?? []) + tls
    }

    /// A file that must be there and that `isExposed` must not find open.
    private static func exposed(
        _ path: String, _ member: String, _ isExposed: (FileStatus) -> Bool
    ) -> [Problem] {
        guard let status = FileAccess.status(path), !status.isDirectory else {
            return [Problem(member: member, reason: "there is no such file")]
        }
        guard isExposed(status) else { return [] }
        return [Problem(member: member, reason: "others can read the file; make it its owner's (chmod 600)")]
    }

    /// Directories that exist already; those that do not are made with mode 0700.
    @Sendable static func refuseExposedDirectories(_ draft: SettingsDraft) -> [Problem] {
        [("data", draft.data), ("keys", draft.keys)].compactMap { member, path in
            guard let status = FileAccess.status(path) else { return nil }
            guard status.isDirectory else { return Problem(member: member, reason: "is not a directory") }
            guard status.isOpenToOthers else { return nil }
            return Problem(member: member, reason: "others can enter the directory; make it its owner's (chmod 700)")
        }
    }
}
