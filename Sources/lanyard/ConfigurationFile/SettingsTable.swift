import AuthorizationServer
import Encoding
import HTTP
import SMART

extension Setting {
    /// Every setting there is.
    static let all = general + signingKeys + figures + registration + roles + forwardAuth + audit

    private static let general: [Setting] = [
        Setting("issuer", .text) { (json, _, draft) throws(SettingProblems) in
            guard let issuer = Issuer(try SettingValue.text(json)) else {
                throw SettingProblems("must be a https URL without query and fragment")
            }
            draft.issuer = issuer
        },
        Setting("fhir_servers", .structured) { (json, _, draft) throws(SettingProblems) in
            draft.fhirServers = try SettingValue.list(json) { (json) throws(SettingProblems) in
                try FHIRServer(setting: json)
            }
        },
        addresses("listen", \.listen),
        addresses("admin_listen", \.adminListen),
        Setting("trusted_proxies", .texts) { (json, _, draft) throws(SettingProblems) in
            draft.trustedProxies = try SettingValue.list(json) { (json) throws(SettingProblems) in
                guard let network = IPNetwork(try SettingValue.text(json)) else {
                    throw SettingProblems("must be a network such as 10.0.0.0/8 or ::1/128")
                }
                return network
            }
        },
        flag("behind_proxy", \.isBehindProxy),
        Setting("forwarding_field", .text) { (json, _, draft) throws(SettingProblems) in
            switch try SettingValue.text(json) {
            case "x-forwarded": draft.forwardingField = .xForwarded
            case "forwarded": draft.forwardingField = .forwarded
            default: throw SettingProblems("must be x-forwarded (X-Forwarded-For, -Proto) or forwarded (RFC 7239)")
            }
        },
        Setting("hosts", .texts) { (json, _, draft) throws(SettingProblems) in
            draft.hosts = try SettingValue.list(json) { (json) throws(SettingProblems) in try SettingValue.text(json) }
        },
        Setting("outbound_networks", .texts) { (json, _, draft) throws(SettingProblems) in
            draft.outboundNetworks = try SettingValue.list(json) { (json) throws(SettingProblems) in
                guard let network = IPNetwork(try SettingValue.text(json)) else {
                    throw SettingProblems("must be a network such as 10.0.0.0/8 or fd00::/8")
                }
                return network
            }
        },
        Setting("event_receiver", .text) { (json, _, draft) throws(SettingProblems) in
            guard let url = WebURL(try SettingValue.text(json)) else { throw SettingProblems("must be a https URL") }
            draft.eventReceiver = url
        },
        path("data", \.data),
        path("keys", \.keys),
        path("admin_socket", \.adminSocket),
        text("organization", \.organization),
        Setting("smart_style", .text) { (json, paths, draft) throws(SettingProblems) in
            draft.smartStyle = try SMARTStyle(json, paths: paths)
        },
        Setting("frame_ancestors", .texts) { (json, _, draft) throws(SettingProblems) in
            draft.frameAncestors = try SettingValue.list(json) { (json) throws(SettingProblems) in
                try SettingValue.parsed(json, "must be an origin such as https://ehr.example") { text in
                    WebURL(text) != nil && RedirectURI.origin(of: text) == text ? text : nil
                }
            }
        },
        Setting("language", .text) { (json, _, draft) throws(SettingProblems) in
            let tag = try SettingValue.text(json)
            guard let texts = Texts.all.first(where: { $0.tag == tag }) else {
                throw SettingProblems("must be one of \(Texts.all.map(\.tag).joined(separator: ", "))")
            }
            draft.language = texts
        },
        Setting("branding.logo", .text) { (json, paths, draft) throws(SettingProblems) in
            draft.logo = try Logo(file: paths.resolve(try SettingValue.text(json)))
        },
        colour("branding.accent", \.accent, onDark: false),
        colour("branding.accent_dark", \.darkAccent, onDark: true),
        address("branding.help_url", \.helpURL),
        optionalText("branding.help_text", \.helpText),
        address("branding.privacy_url", \.privacyURL),
        integer("lifetimes.access_token", \.lifetimes.accessToken, in: 60...3600),
        integer("lifetimes.code", \.lifetimes.authorizationCode, in: 10...600),
        integer("lifetimes.launch", \.lifetimes.launch, in: 10...300),
        integer("lifetimes.interaction", \.lifetimes.interaction, in: 60...3600),
        integer("lifetimes.session_idle", \.lifetimes.sessionIdle, in: 60...86_400),
        integer("lifetimes.session_absolute", \.lifetimes.sessionAbsolute, in: 60...604_800),
        integer("lifetimes.refresh_token", \.lifetimes.refreshToken, in: 3600...31_622_400),
        integer("lifetimes.refresh_grace", \.lifetimes.refreshGrace, in: 0...120),
        integer("lifetimes.consent", \.lifetimes.consent, in: 0...31_622_400),
        integer("limits.connections", \.connections, in: 1...1_000_000),
        integer("limits.connections_per_address", \.connectionsPerAddress, in: 1...1_000_000),
        integer("limits.idle_seconds", \.idleSeconds, in: 1...3600),
        integer("limits.guesses_per_account", \.guessesPerAccount, in: 1...100),
        integer("limits.guesses_per_address", \.guessesPerAddress, in: 1...100_000),
        integer("threads", \.threads, in: 1...1024),
        Setting("log_level", .text) { (json, _, draft) throws(SettingProblems) in
            guard let level = LogLevel(rawValue: try SettingValue.text(json)) else {
                let names = LogLevel.allCases.map(\.rawValue).joined(separator: ", ")
                throw SettingProblems("must be one of \(names)")
            }
            draft.logLevel = level
        },
    ]

    /// Objects of the file that hold further settings.
    static let groups: Set<String> = ["lifetimes", "limits", "branding", "registration", "forward_auth", "audit"]
}
