import AuthorizationServer
import HTTP
import SMART
import Testing

@testable import lanyard

@Suite struct `Configuration: the environment lies over the file` {
    @Test func `each scalar setting has a variable`() throws {
        let settings = try ConfigurationText.read(
            ConfigurationText.minimal,
            environment: [
                "LANYARD_ISSUER": "https://auth.example", "LANYARD_DATA": "/srv/lanyard", "LANYARD_KEYS": "/srv/keys",
                "LANYARD_LISTEN": "[::1]:9443, unix:/run/l.sock", "LANYARD_BEHIND_PROXY": "true",
                "LANYARD_TRUSTED_PROXIES": "::1/128", "LANYARD_LIFETIMES_ACCESS_TOKEN": "300", "LANYARD_THREADS": "3",
                "LANYARD_SOCKET": "/run/admin.sock", "LANYARD_LOG_LEVEL": "warning",
            ])
        #expect(settings.configuration.issuer.value == "https://auth.example")
        #expect(settings.configuration.dataDirectory == "/srv/lanyard")
        #expect(settings.configuration.keysDirectory == "/srv/keys")
        #expect(settings.listen == [.tcp(host: "::1", port: 9443, tls: nil), .unix(path: "/run/l.sock")])
        #expect(settings.server.trustedProxies.count == 1)
        #expect(settings.configuration.lifetimes.accessToken == 300)
        #expect(settings.server.threads == 3)
        #expect(settings.adminSocket == "/run/admin.sock")
        #expect(settings.logLevel == .warning)
    }

    @Test func `a relative path is the working directory's in the environment, the file's in the file`() throws {
        let settings = try ConfigurationText.read(
            ConfigurationText.minimal + #", "keys": "k""#, environment: ["LANYARD_DATA": "d"])
        #expect(settings.configuration.dataDirectory == "d")
        #expect(settings.configuration.keysDirectory == "/nowhere/etc/k")
    }

    @Test(arguments: [
        ("LANYARD_THREADS", "two"), ("LANYARD_THREADS", ""), ("LANYARD_BEHIND_PROXY", "yes"), ("LANYARD_LISTEN", "x"),
        ("LANYARD_ISSUER", ""), ("LANYARD_FHIR_SERVERS", "https://a.example"), ("LANYARD_ISUER", "x"),
    ])
    func `a wrong or unknown variable is named`(name: String, value: String) {
        let lines = ConfigurationText.problems(ConfigurationText.minimal, environment: [name: value])
        #expect(lines.count == 1)
        #expect(lines.allSatisfy { $0.hasPrefix(name) }, "\(lines)")
    }

    @Test(arguments: ["LANYARD_PORT", "LANYARD_PORT_8080_TCP", "LANYARD_SERVICE_HOST", "LANYARD_CONFIG", "PATH"])
    func `what Kubernetes sets for a service of this name is not a setting`(name: String) {
        #expect(ConfigurationText.problems(ConfigurationText.minimal, environment: [name: "tcp://10.0.0.1:80"]).isEmpty)
    }
}
