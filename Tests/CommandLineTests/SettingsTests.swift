import AuthorizationServer
import HTTP
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
        #expect(settings.server.trustedProxies.isEmpty)
        #expect(settings.server.hosts == ["127.0.0.1"])
        #expect(settings.configuration.lifetimes.accessToken == 3600)
        #expect(settings.configuration.keyPassphrase == nil)
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
        Refusal(members: #""trusted_proxies": ["10.0.0"]"#, member: "trusted_proxies[0]", reason: "a network"),
        Refusal(members: #""key_passphrase_file": "none""#, member: "key_passphrase_file", reason: "no such file"),
        Refusal(members: #""keys": "/etc/passwd""#, member: "keys", reason: "is not a directory"),
        Refusal(members: #""data": "/tmp""#, member: "data", reason: "others may write"),
        Refusal(members: #""listen": ["ehr.example:80"]"#, member: "listen[0]", reason: "an IP address"),
        Refusal(members: #""listen": [{"host": "1.2.3", "port": 1}]"#, member: "listen[0].host", reason: "IP address"),
    ])
    func `a wrong setting is named with its reason`(_ refusal: Refusal) {
        let lines = ConfigurationText.problems(ConfigurationText.minimal + ", " + refusal.members)
        #expect(lines.contains { $0.hasPrefix(refusal.member + ": ") && $0.contains(refusal.reason) }, "\(lines)")
    }

    @Test func `all problems are told at once, each once`() {
        let lines = ConfigurationText.problems(
            #""issuer": 5, "isuer": 1, "listen": [{"port": 70000}, {"host": "::1", "port": "x"}], "threads": -1"#,
            environment: ["LANYARD_LOG_LEVEL": "loud", "LANYARD_DAT": "x"])
        let members = lines.map { $0.prefix { $0 != ":" } }
        #expect(
            members == [
                "issuer", "isuer", "listen[0].port", "listen[0].host", "listen[1].port", "threads", "LANYARD_LOG_LEVEL",
                "LANYARD_DAT", "fhir_servers",
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
                + #"{"base": "https://a.example/fhir"}, {"base": "https://a.example/fhir"}]"#)
        #expect(lines.map { $0.prefix { $0 != ":" } } == ["fhir_servers[0].base", "fhir_servers[2].base"], "\(lines)")
    }
}
