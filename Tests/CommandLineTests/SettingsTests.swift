import AuthorizationServer
import Crypto
import Glibc
import HTTP
import Policy
import SMART
import Testing

@testable import lanyard

@Suite struct `ST-16 Configuration errors stop the start` {
    @Test func `the smallest file is enough, and its defaults are safe`() throws {
        let settings = try ConfigurationText.read(ConfigurationText.minimal)
        #expect(settings.configuration.issuer.value == "http://127.0.0.1:8080")
        #expect(settings.listen == [.tcp(host: "127.0.0.1", port: 8080, tls: nil)])
        #expect(settings.configuration.dataDirectory == "/nowhere/etc/data")
        #expect(settings.adminSocket == "/nowhere/etc/data/admin.sock")
        #expect(settings.adminListen.isEmpty)
        #expect(settings.server.trustedProxies.isEmpty)
        #expect(settings.server.hosts == ["127.0.0.1"])
        #expect(settings.configuration.lifetimes.accessToken == 3600)
        #expect(settings.configuration.keyPassphrase == nil)
    }

    @Test func `gateways ask only where that is turned on`() throws {
        let minimal = ConfigurationText.minimal
        #expect(try ConfigurationText.read(minimal).configuration.forwardAuth == nil)
        let off = minimal + #", "forward_auth": {"filtering": ["search"]}"#
        #expect(try ConfigurationText.read(off).configuration.forwardAuth == nil)
        let on =
            minimal
            + #", "forward_auth": {"enabled": true, "filtering": ["search", "elements"], "networks": ["10.0.0.0/8"]}"#
        let settings = try #require(try ConfigurationText.read(on).configuration.forwardAuth)
        #expect(settings.filtering == ForwardAuth.possibleFiltering)
        #expect(settings.networks == [IPNetwork("10.0.0.0/8")])
        let usual = try ConfigurationText.read(minimal + #", "forward_auth": {"enabled": true}"#)
        #expect(usual.configuration.forwardAuth?.filtering == [])
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let members: String
        let member: String
        let reason: String
        var testDescription: String { "\(member): \(reason)" }
    }

    @Test(arguments: [
        Refusal(members: #""isuer": 1"#, member: "isuer", reason: "did you mean issuer?"),
        Refusal(members: #""lifetimes": {"cod": 1}"#, member: "lifetimes.cod", reason: "did you mean lifetimes.code?"),
        Refusal(members: #""lifetimes": 5"#, member: "lifetimes", reason: "must be an object"),
        Refusal(members: #""lifetimes.code": 60, "lifetimes": {"code": 60}"#, member: "lifetimes.code", reason: ""),
        Refusal(members: #""data": 5"#, member: "data", reason: "must be a string"),
        Refusal(members: #""data": """#, member: "data", reason: "must not be empty"),
        Refusal(members: #""organization": "a\u001bb""#, member: "organization", reason: "control characters"),
        Refusal(members: #""threads": 0"#, member: "threads", reason: "integer from 1 to 1024"),
        Refusal(members: #""threads": 1.5"#, member: "threads", reason: "integer from 1 to 1024"),
        Refusal(members: #""threads": "2""#, member: "threads", reason: "integer from 1 to 1024"),
        Refusal(members: #""behind_proxy": "yes""#, member: "behind_proxy", reason: "true or false"),
        Refusal(members: #""log_level": "loud""#, member: "log_level", reason: "one of debug, info"),
        Refusal(members: #""lifetimes": {"access_token": 3601}"#, member: "lifetimes.access_token", reason: "to 3600"),
        Refusal(members: #""lifetimes": {"code": 601}"#, member: "lifetimes.code", reason: "to 600"),
        Refusal(
            members: #""lifetimes": {"session_idle": 3600, "session_absolute": 60}"#, member: "lifetimes.session_idle",
            reason: "must not be longer"),
        Refusal(members: #""listen": []"#, member: "listen", reason: "names no address"),
        Refusal(
            members: #""admin_listen": ["10.0.0.1:8443"]"#, member: "admin_listen[0]", reason: "loopback or have tls"),
        Refusal(
            members: #""admin_listen": ["0.0.0.0:8443"], "behind_proxy": true, "trusted_proxies": ["10.0.0.0/8"]"#,
            member: "admin_listen[0]", reason: "loopback or have tls"),
        Refusal(members: #""admin_listen": ["unix:a.sock"]"#, member: "admin_listen[0]", reason: "admin_socket"),
        Refusal(members: #""admin_listen": ["127.0.0.1:8080"]"#, member: "admin_listen[0]", reason: "one of its own"),
        Refusal(
            members: #""admin_listen": [{"host": "10.0.0.1", "port": 1, "tls": {"certificate": "c", "key": "k"}}]"#,
            member: "admin_listen[0].tls.key", reason: "no such file"),
        Refusal(members: #""listen": ["8080"]"#, member: "listen[0]", reason: "host:port"),
        Refusal(members: #""listen": ["::1:80"]"#, member: "listen[0]", reason: "brackets"),
        Refusal(members: #""listen": [{"host": "::1"}]"#, member: "listen[0].port", reason: "is missing"),
        Refusal(
            members: #""listen": [{"host": "::1", "port": 1, "tls": {"key": "k"}}]"#,
            member: "listen[0].tls.certificate", reason: "is missing"),
        Refusal(
            members: #""listen": [{"host": "::1", "port": 1, "ssl": {}}]"#, member: "listen[0].ssl",
            reason: "no such setting"),
        Refusal(members: #""listen": [{"unix": "/s", "port": 1}]"#, member: "listen[0].unix", reason: "stands alone"),
        Refusal(
            members: #""listen": [{"host": "::1", "port": 1, "tls": {"certificate": "c", "key": "k"}}]"#,
            member: "listen[0].tls.key", reason: "no such file"),
        Refusal(members: #""outbound_networks": ["10.1.0.0/8"]"#, member: "outbound_networks[0]", reason: "a network"),
        Refusal(
            members: #""forward_auth": {"networks": ["10.1.0.0/8"]}"#, member: "forward_auth.networks[0]",
            reason: "a network"),
        Refusal(
            members: #""forward_auth": {"filtering": ["rows"]}"#, member: "forward_auth.filtering[0]",
            reason: "search or elements"),
        Refusal(members: #""forward_auth": true"#, member: "forward_auth", reason: "an object"),
        Refusal(members: #""trusted_proxies": ["10.0.0"]"#, member: "trusted_proxies[0]", reason: "a network"),
        Refusal(members: #""key_passphrase_file": "none""#, member: "key_passphrase_file", reason: "no such file"),
        Refusal(members: #""keys": "/etc/passwd""#, member: "keys", reason: "is not a directory"),
        Refusal(members: #""data": "/tmp""#, member: "data", reason: "others may write"),
        Refusal(
            members: #""smart_style": {"colour_text": "x"}"#, member: "smart_style.colour_text", reason: "did you mean"),
        Refusal(members: #""smart_style": {"color_text": 5}"#, member: "smart_style.color_text", reason: "a string"),
        Refusal(members: #""smart_style": "none.json""#, member: "smart_style", reason: "cannot be read"),
        Refusal(members: #""smart_style": "/etc/passwd""#, member: "smart_style", reason: "not JSON"),
        Refusal(members: #""frame_ancestors": ["*"]"#, member: "frame_ancestors[0]", reason: "an origin"),
        Refusal(
            members: #""frame_ancestors": ["https://ehr.example/x"]"#, member: "frame_ancestors[0]", reason: "origin"),
        Refusal(members: #""branding": {"accent": "teal"}"#, member: "branding.accent", reason: "like #0b5c7a"),
        Refusal(members: ##""branding": {"accent": "#ffee00"}"##, member: "branding.accent", reason: "needs 4.5:1"),
        Refusal(
            members: ##""branding": {"accent_dark": "#101010"}"##, member: "branding.accent_dark", reason: "dark pages"),
        Refusal(members: #""branding": {"logo": "none.png"}"#, member: "branding.logo", reason: "cannot be read"),
        Refusal(members: #""branding": {"logo": "/etc/passwd"}"#, member: "branding.logo", reason: "a PNG, SVG"),
        Refusal(
            members: #""branding": {"help_url": "javascript:alert(1)"}"#, member: "branding.help_url",
            reason: "https URL"),
        Refusal(members: #""branding": {"help_text": ""}"#, member: "branding.help_text", reason: "must not be empty"),
        Refusal(
            members: ##""branding": {"color": "#000000"}"##, member: "branding.color",
            reason: "there is no such setting"),
        Refusal(members: #""registration": {"mode": "on"}"#, member: "registration.mode", reason: "off, token, open"),
        Refusal(
            members: #""registration": {"moed": "open"}"#, member: "registration.moed",
            reason: "did you mean registration.mode?"),
        Refusal(
            members: #""registration": {"client_id_metadata_documents": true}"#, member: "registration.scopes",
            reason: "is needed"),
        Refusal(
            members: #""registration": {"client_id_metadata_documents": "yes"}"#,
            member: "registration.client_id_metadata_documents", reason: "must be true or false"),
        Refusal(members: #""registration": "open""#, member: "registration", reason: "must be an object"),
        Refusal(members: #""registration": {"mode": "open"}"#, member: "registration.scopes", reason: "is needed"),
        Refusal(
            members: #""registration": {"scopes": ["patient/*.rs", "patient"]}"#, member: "registration.scopes[1]",
            reason: "a scope"),
        Refusal(members: #""registration": {"scopes": "openid"}"#, member: "registration.scopes", reason: "a list"),
        Refusal(
            members: #""registration": {"scopes": ["openid", "auth/Token.r"]}"#, member: "registration.scopes",
            reason: "can't hold auth/ scopes"),
        Refusal(
            members: #""registration": {"mode": "token", "scopes": ["system/*.rs"]}"#, member: "registration.scopes",
            reason: "only with registration.approval"),
        Refusal(
            members: #""registration": {"mode": "open", "approval": false, "scopes": ["system/*.rs"]}"#,
            member: "registration.scopes", reason: "only with registration.approval"),
        Refusal(
            members: #""registration": {"redirect_hosts": ["https://a.example"]}"#,
            member: "registration.redirect_hosts[0]", reason: "a host"),
        Refusal(
            members: #""registration": {"redirect_hosts": ["a.example", "*.b.example"]}"#,
            member: "registration.redirect_hosts[1]", reason: "a host"),
        Refusal(
            members: #""registration": {"redirect_hosts": [".example"]}"#,
            member: "registration.redirect_hosts[0]", reason: "a host"),
        Refusal(
            members: #""registration": {"mode": "open", "scopes": ["openid"], "redirect_hosts": []}"#,
            member: "registration.redirect_hosts", reason: "names no host"),
        Refusal(
            members: #""registration": {"clients_at_most": 0}"#, member: "registration.clients_at_most",
            reason: "from 1 to 100000"),
        Refusal(
            members: #""registration": {"mode": "open", "scopes": ["openid"], "per_hour": 5}"#,
            member: "registration.per_address_per_hour", reason: "must not be more than registration.per_hour"),
        Refusal(
            members: #""registration": {"software_statement_issuers": [{"issuer": "x"}]}"#,
            member: "registration.software_statement_issuers[0].jwks", reason: "is missing"),
        Refusal(
            members: #""registration": {"software_statement_issuers": [{"issuer": "x", "jwks": {"keys": []}}]}"#,
            member: "registration.software_statement_issuers[0].jwks", reason: "must have a key"),
        Refusal(
            members: #""registration": {"software_statement_issuers": [{"issuer": "x", "jwks": "https://x"}]}"#,
            member: "registration.software_statement_issuers[0].jwks", reason: "a JWK set"),
        Refusal(members: #""policies_directory": "none""#, member: "policies_directory", reason: "No such file"),
        Refusal(
            members: #""default_roles": {"Nurse": "nurse"}"#, member: "default_roles.Nurse", reason: "no such setting"),
        Refusal(
            members: #""default_roles": {"Patient": "A role"}"#, member: "default_roles.Patient",
            reason: "the name of a role"),
        Refusal(members: #""language": "fr""#, member: "language", reason: "one of en, es"),
        Refusal(members: #""lifetimes": {"consent": -1}"#, member: "lifetimes.consent", reason: "from 0"),
        Refusal(members: #""listen": ["ehr.example:80"]"#, member: "listen[0]", reason: "an IP address"),
        Refusal(members: #""listen": [{"host": "1.2.3", "port": 1}]"#, member: "listen[0].host", reason: "IP address"),
    ])
    func `a wrong setting is named with its reason`(_ refusal: Refusal) {
        let lines = ConfigurationText.problems(ConfigurationText.minimal + ", " + refusal.members)
        #expect(lines.contains { $0.hasPrefix(refusal.member + ": ") && $0.contains(refusal.reason) }, "\(lines)")
    }

    @Test func `the organization's name, colours, help and language reach the pages`() throws {
        let configuration = try ConfigurationText.read(
            ConfigurationText.minimal
                + ##", "organization": "St. Mary", "language": "es", "branding": {"accent": "#7a0b2e", "##
                + ##""accent_dark": "#f2a0b9", "help_url": "https://help.example/", "help_text": "ext. 4711", "##
                + #""privacy_url": "https://p.example/"}, "lifetimes": {"consent": 0}"#,
            environment: ["LANYARD_BRANDING_HELP_TEXT": "ext. 4712"]
        ).configuration
        #expect(
            configuration.branding
                == Branding(
                    name: "St. Mary", accent: Colour(red: 0x7A, green: 0x0B, blue: 0x2E),
                    darkAccent: Colour(red: 0xF2, green: 0xA0, blue: 0xB9), helpURL: "https://help.example/",
                    helpText: "ext. 4712", privacyURL: "https://p.example/"))
        #expect(configuration.language.tag == "es" && configuration.lifetimes.consent == 0)
    }

    @Test func `patients and who acts for them have usual roles, staff none unless the file says so`() throws {
        let usual = try ConfigurationText.read(ConfigurationText.minimal).configuration
        #expect(
            usual.defaultRoles.mapValues(\.value) == [
                .patient: "patient", .relatedPerson: "related-person", .person: "related-person",
            ])
        #expect(!usual.requiresDefaultRoles, "there may be no policies of them")
        let own = try ConfigurationText.read(
            ConfigurationText.minimal + #", "default_roles": {"Practitioner": "nurse", "Client": "service"}"#
        ).configuration
        #expect(own.defaultRoles.mapValues(\.value) == [.practitioner: "nurse", .client: "service"])
        #expect(own.requiresDefaultRoles)
    }

    @Test func `AD-01: nobody registers clients unless the file says so, and open registration waits for approval`()
        throws
    {
        let usual = try ConfigurationText.read(ConfigurationText.minimal).configuration.registration
        #expect(usual.mode == .off && usual.clientsAtMost == 1000)
        func read(_ registration: String, _ environment: [String: String] = [:]) throws -> RegistrationPolicy {
            try ConfigurationText.read(
                ConfigurationText.minimal
                    + #", "registration": {\#(registration), "scopes": ["openid", "system/*.rs"]}"#,
                environment: environment
            ).configuration.registration
        }
        #expect(try read(#""mode": "open""#).needsApproval)
        #expect(try !read(#""mode": "open""#).takesClientDocuments)
        #expect(try read(#""mode": "token", "approval": true"#).needsApproval)
        let all = try read(
            #""mode": "open", "redirect_hosts": ["a.example", ".b.example"], "native_apps": true, "per_hour": 9, "#
                + #""client_id_metadata_documents": true, "#
                + #""per_address_per_hour": 3, "clients_at_most": 7"#,
            ["LANYARD_REGISTRATION_MODE": "token", "LANYARD_REGISTRATION_APPROVAL": "true"])
        #expect(all.mode == .token && all.allowsNativeApps && all.redirectHosts?.count == 2)
        #expect(all.takesClientDocuments)
        #expect(all.scopes == ScopeSet(parsing: "openid system/*.rs"))
        #expect([all.perHour, all.perAddressPerHour, all.clientsAtMost] == [9, 3, 7])
    }

    @Test func `all problems are told at once, each once`() {
        let lines = ConfigurationText.problems(
            #""issuer": 5, "isuer": 1, "listen": [{"port": 70000}, {"host": "::1", "port": "x"}], "threads": -1"#,
            environment: ["LANYARD_LOG_LEVEL": "loud", "LANYARD_DAT": "x"])
        let members = lines.map { $0.prefix { $0 != ":" } }
        #expect(
            members == [
                "issuer", "isuer", "listen[0].port", "listen[0].host", "listen[1].port", "threads", "LANYARD_LOG_LEVEL",
                "LANYARD_DAT",
            ])
    }

    @Test(arguments: ["", "[]", "{", "{} {}", #"{"data": "a", "data": "b"}"#, "\u{FEFF}{}"])
    func `a file that is not one JSON object is refused with its place`(text: String) {
        #expect(throws: SettingProblems.self) {
            try SettingsReader.read(file: Array(text.utf8), at: "lanyard.json", environment: [:])
        }
    }

    @Test func `the place of a JSON error is line and column`() {
        #expect(TextPlace(of: 4, in: Array("{\n\"a\"".utf8)).text == "line 2, column 3")
        #expect(TextPlace(of: 0, in: []).text == "line 1, column 1")
    }

    @Test func `a problem never repeats the value: it may be a secret in the wrong place`() {
        let lines = ConfigurationText.problems(
            ConfigurationText.minimal + #", "threads": "hunter2-secret", "log_level": "hunter2-secret""#)
        #expect(lines.count == 2)
        for line in lines { #expect(!line.contains("hunter2")) }
    }
}

@Suite struct `The FHIR servers of the configuration` {
    private static func text(_ servers: String) -> String {
        #""issuer": "http://127.0.0.1:8080", "fhir_servers": [\#(servers)]"#
    }

    @Test func `each has an id of its own, from its base where none is given, and all that discovery tells`() throws {
        let settings = try ConfigurationText.read(
            Self.text(
                #"""
                {"base": "https://a.example/R4"}, {"base": "https://b.example/r4", "id": "labs", "name": "Labs",
                "fhir_version": "5.0.0", "access_token_format": "opaque", "directory": "live",
                "associated_endpoints": [{"url": "https://s.example/fhir", "capabilities": ["smart-app-state"]}],
                "user_access_brand_bundle": "https://brands.example/b.json",
                "user_access_brand_identifier": {"system": "urn:x", "value": "1"}}, {"base": "https://c.example"}
                """#))
        let servers = settings.configuration.fhirServers
        #expect(servers.map(\.id) == ["r4", "labs", "fhir"])
        #expect(servers.map(\.fhirVersion) == ["4.0.1", "5.0.0", "4.0.1"])
        #expect(servers.map(\.directory) == [.imported, .live, .imported])
        #expect(servers.map(\.accessTokenFormat) == [.jwt, .opaque, .jwt])
        #expect(servers[1].associatedEndpoints.first?.capabilities == ["smart-app-state"])
        #expect(servers[1].brandBundle?.value == "https://brands.example/b.json")
        #expect(servers[1].brandIdentifier == .init(system: "urn:x", value: "1"))
        #expect(servers[0].name == "https://a.example/R4")
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        let servers: String
        let problem: String
        var testDescription: String { problem }
    }

    @Test(arguments: [
        Wrong(servers: #"{"name": "x"}"#, problem: "fhir_servers[0].base: is missing"),
        Wrong(
            servers: #"{"base": "https://a.example", "directory": "remote"}"#,
            problem: "fhir_servers[0].directory: must be imported or live"),
        Wrong(
            servers: #"{"base": "http://a.example", "directory": "live"}"#,
            problem: "fhir_servers[0].directory: live needs a https base"),
        Wrong(
            servers: #"{"base": "https://a.example/r4"}, {"base": "https://b.example/r4"}"#,
            problem: "fhir_servers[1].id: is another one's"),
        Wrong(
            servers: #"{"base": "https://a.example", "id": "A b"}"#, problem: "fhir_servers[0].id: must be lower-case"),
        Wrong(
            servers: #"{"base": "https://a.example", "id": "-a"}"#, problem: "fhir_servers[0].id: must be lower-case"),
        Wrong(
            servers: #"{"base": "https://a.example", "fhir_version": "R4"}"#,
            problem: "fhir_servers[0].fhir_version: must be a FHIR version"),
        Wrong(
            servers: #"{"base": "https://a.example", "access_token_format": "saml"}"#,
            problem: "fhir_servers[0].access_token_format: must be jwt or opaque"),
        Wrong(
            servers: #"{"base": "https://a.example", "associated_endpoints": [{"url": "x"}]}"#,
            problem: "fhir_servers[0].associated_endpoints[0].capabilities: is missing"),
        Wrong(
            servers: #"{"base": "https://a.example", "user_access_brand_identifier": {"system": "urn:x"}}"#,
            problem: "fhir_servers[0].user_access_brand_identifier.value: is missing"),
        Wrong(
            servers: #"{"base": "https://a.example", "user_access_brand_bundle": "javascript:1"}"#,
            problem: "fhir_servers[0].user_access_brand_bundle: must be a https URL"),
        Wrong(servers: #"{"base": "https://a.example", "nam": "x"}"#, problem: "fhir_servers[0].nam: there is no such"),
    ])
    func `what is wrong with one is named`(wrong: Wrong) {
        let lines = ConfigurationText.problems(Self.text(wrong.servers))
        #expect(lines.contains { $0.hasPrefix(wrong.problem) }, "\(lines)")
    }

    @Test func `the style comes as members or as a file, also by the environment; frames only for those named`() throws
    {
        let members = try ConfigurationText.read(
            ConfigurationText.minimal
                + #", "smart_style": {"color_text": "black"}, "frame_ancestors": ["https://e.example"]"#)
        #expect(members.configuration.smartStyle == SMARTStyle([.colorText: "black"]))
        #expect(members.configuration.frameAncestors == ["https://e.example"])
        let path = "/tmp/lanyard-style-\(UInt64.random(in: 0...UInt64.max)).json"
        try PrivateFile.write(Array(#"{"color_text": "black"}"#.utf8), to: path)
        defer { unsafe unlink(path) }
        let file = try ConfigurationText.read(
            ConfigurationText.minimal, environment: ["LANYARD_SMART_STYLE": path])
        #expect(file.configuration.smartStyle == members.configuration.smartStyle)
        #expect(try ConfigurationText.read(ConfigurationText.minimal).configuration.frameAncestors.isEmpty)
    }
}

@Suite struct `TK-24 TLS off loopback` {
    @Test(arguments: [
        "http://ehr.example", "http://127.0.0.1.evil.example", "http://localhost.evil.example", "http://10.0.0.1",
        "http://[::2]", "http://128.0.0.1",
    ])
    func `a http issuer off loopback is refused`(issuer: String) {
        let lines = ConfigurationText.problems(
            #""issuer": "\#(issuer)", "fhir_servers": [{"base": "https://ehr.example/fhir"}]"#)
        #expect(lines.contains { $0.hasPrefix("issuer: must be https") }, "\(lines)")
    }

    @Test(arguments: ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080", "http://127.9.9.9"])
    func `a http issuer on loopback is for development`(issuer: String) {
        let lines = ConfigurationText.problems(
            #""issuer": "\#(issuer)", "fhir_servers": [{"base": "https://ehr.example/fhir"}]"#)
        #expect(lines.isEmpty, "\(lines)")
    }

    @Test(arguments: ["0.0.0.0", "::", "10.0.0.5", "::ffff:127.0.0.1"])
    func `http on a public address is refused without behind_proxy`(host: String) throws {
        let members =
            ConfigurationText.minimal + #", "listen": [{"host": "\#(host)", "port": 80}]"#
        let lines = ConfigurationText.problems(members)
        #expect(lines.contains { $0.hasPrefix("listen[0]: http off loopback") }, "\(lines)")
        let behind = members + #", "behind_proxy": true, "trusted_proxies": ["10.0.0.0/8"]"#
        #expect(try ConfigurationText.read(behind).server.trustedProxies.count == 1)
    }

    @Test func `behind_proxy needs the proxy's networks, except on a socket file`() {
        let base = ConfigurationText.minimal + #", "behind_proxy": true"#
        let lines = ConfigurationText.problems(base)
        #expect(lines.contains { $0.hasPrefix("trusted_proxies: ") }, "\(lines)")
        let socket = base + #", "listen": [{"unix": "/run/lanyard/http.sock"}]"#
        #expect(ConfigurationText.problems(socket).isEmpty)
    }

    @Test func `a https issuer needs something that ends TLS`() {
        let lines = ConfigurationText.problems(
            #""issuer": "https://ehr.example", "fhir_servers": [{"base": "https://ehr.example/fhir"}]"#)
        #expect(lines.contains { $0.hasPrefix("listen: the issuer is https") }, "\(lines)")
    }

    @Test func `a http FHIR server off loopback is refused, and so is one listed twice`() {
        let lines = ConfigurationText.problems(
            #""issuer": "http://[::1]", "fhir_servers": [{"base": "http://ehr.example/fhir"}, "#
                + #"{"base": "https://a.example/r4"}, {"base": "https://a.example/r4"}]"#)
        #expect(lines.map { $0.prefix { $0 != ":" } } == ["fhir_servers[0].base", "fhir_servers[2].base"], "\(lines)")
    }
}
