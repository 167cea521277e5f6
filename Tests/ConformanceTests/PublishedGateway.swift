import Foundation
import TestSupport
import Testing

@testable import AuthorizationServer

/// A gateway whose configuration README.md gives.
enum PublishedGateway: String, CaseIterable {
    case nginx, traefik, envoy

    /// Its block of README.md.
    func configuration() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
        let text = readme.components(separatedBy: "## Before a FHIR server that knows no roles").last ?? ""
        let language = self == .nginx ? "nginx" : "yaml"
        let blocks = text.components(separatedBy: "```\(language)\n").dropFirst()
        guard let block = self == .envoy ? blocks.dropFirst().first : blocks.first,
            let end = block.range(of: "\n```")
        else { throw TestFailure("README.md has no configuration for \(self)") }
        return String(block[..<end.lowerBound])
    }
}

/// nginx is run besides (`Forward auth through nginx`).
@Suite struct `Forward auth: the configurations that README.md gives` {
    @Test(arguments: PublishedGateway.allCases)
    func `ask for strict handling and clear what overrides a method, whatever the app sent`(gateway: PublishedGateway)
        throws
    {
        let text = try gateway.configuration().lowercased()
        let strict: [PublishedGateway: String] = [
            .nginx: "proxy_set_header   prefer        handling=strict;", .traefik: #"prefer: "handling=strict""#,
            .envoy: #"{ key: prefer, value: "handling=strict" }, append_action: overwrite_if_exists_or_add"#,
        ]
        #expect(text.contains(try #require(strict[gateway])))
        #expect(!text.contains("http_prefer"))
        for name in GatewayQuestion.methodOverrides {
            let cleared: [PublishedGateway: String] = [
                .nginx: "proxy_set_header   \(name.padding(toLength: 22, withPad: " ", startingAt: 0)) \"\";",
                .traefik: "\(name): \"\"", .envoy: "- remove: \(name)\n",
            ]
            #expect(text.contains(try #require(cleared[gateway])), "\(name)")
        }
    }

    /// nginx sends all fields of the request unless it is told otherwise.
    @Test func `show whether a create is a search as well`() throws {
        #expect(
            try PublishedGateway.traefik.configuration().contains("authRequestHeaders: [Authorization, If-None-Exist,"))
        let envoy = try PublishedGateway.envoy.configuration()
        #expect(envoy.contains("allowed_headers: { patterns: [ { exact: if-none-exist, ignore_case: true } ] }"))
        #expect(try !PublishedGateway.nginx.configuration().contains("proxy_pass_request_headers"))
    }
}
