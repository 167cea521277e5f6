import HTTP
import SMART

/// The descriptions, one file for each group. A new row of a table goes into the file of its group, or into a new one that is
/// listed here.
extension OpenAPIDocument {
    static let protocolGroups: [OperationGroup] = [
        .authorization, .tokens, .registration, .decisions, .discovery, .health,
    ]

    static let administrationGroups: [OperationGroup] = [
        .clients, .fhirServers, .users, .groups, .rolePolicies, .roleAssignments, .grants, .sessions, .launches,
        .patients, .keys, .auditEvents, .recentRefusals, .settings, .configuration, .records, .operations,
    ]

    static let groups = protocolGroups + administrationGroups + [.figures]

    /// What a name in a path may be.
    static func pathParameter(_ name: String, of path: String) -> Schema {
        pathParametersOfTheirOwn[path] ?? pathParameters[name] ?? .text(atLeast: 1)
    }

    /// Of paths in which the name means something else than in all others.
    private static let pathParametersOfTheirOwn: [String: Schema] = [
        "/admin/v1/patients/{id}": .named("FHIRID"), "/admin/v1/fhir-servers/{id}": .named("FHIRServerID"),
    ]

    private static let pathParameters: [String: Schema] = [
        "client_id": Schema.text(1...341, matching: "^[!-.0-\\[\\]-~]+$").about(escape), "id": .integer(atLeast: 1),
        "secret_id": .integer(atLeast: 1),
        "revision": .integer(atLeast: 1), "fhir_server": .text(atLeast: 1),
        "username": Schema.text(1...172, matching: "^[^\\x00-\\x20\\x7F/\\\\]+$").about(escape),
        "kid": .text(matching: "^[A-Za-z0-9_-]+$"), "name": .named("RoleName"), "role": .named("RoleName"),
    ]

    /// `PathSegment`.
    private static let escape =
        "One that has a slash or a backslash, or begins with a tilde, is written as ~ and its base64url."
}

extension AuthorizationServer {
    /// Of the protocol, behind the issuer: what programs call. Pages that people see between a request and its answer, the files
    /// that these show, and what browsers ask before they call (CORS) are no operations; nor is a second path of the same.
    var publishedOperations: [OperationKey] {
        let prefix = configuration.issuer.path
        return routes.compactMap { route in
            guard route.pattern.utf8.starts(with: prefix.utf8), route.method != .options else { return nil }
            let path = String(Substring(route.pattern.utf8.dropFirst(prefix.utf8.count)))
            return isSecond(path) || pagePaths.contains(path) ? nil : OperationKey(route.method, path)
        }
    }

    /// What is at another path too: beside the issuer's own, with a slash more, below a FHIR base, or behind `/forward-auth`.
    private func isSecond(_ path: String) -> Bool {
        let isBelowFHIRBase =
            path.hasSuffix("/.well-known/smart-configuration")
            && !["/.well-known/", "/fhir-servers/"].contains(where: path.hasPrefix)
        return !path.hasPrefix("/") || path.hasPrefix("//") || path.hasPrefix(ForwardAuthEndpoint.path + "/")
            || isBelowFHIRBase || path.contains("//")
    }

    private var pagePaths: Set<String> {
        Set(interactionSteps.map(\.path)).union([
            OwnPage.path, OwnPage.signInPath, OwnPage.passwordPath, OwnPage.withdrawPath, OwnPage.signOutPath,
            "/logout/confirm", pages.stylesheet.path, style.path, configuration.branding.logo?.path ?? "",
        ])
    }
}
