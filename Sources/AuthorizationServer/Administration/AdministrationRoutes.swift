package import HTTP

extension AuthorizationServer {
    /// The administration on the local socket.
    package var administrationRoutes: [Route] { administrationRoutes(.socket) }

    /// All of the listener of its own, for who brings a token for it.
    package func guardedAdministrationRoutes(_ figures: Figures) -> [Route] {
        administrationRoutes(.bearer) + administrationMetadataRoutes + healthRoutes() + [guarded(figures)]
    }

    private func guarded(_ figures: Figures) -> Route {
        let endpoint = MetricsEndpoint(figures: figures)
        return route(.figures, below: "", .bearer) { try await endpoint.respond(to: $0.request) }
    }

    private func administrationRoutes(_ door: AdministrationEndpoint.Door) -> [Route] {
        let operations = administrationTable.map { operation, answer in
            route(operation, below: "/admin/v1", door, answer)
        }
        // What there is to ask for is no secret, and the same for everybody.
        return operations + [Route(.get, OpenAPIEndpoint.path, OpenAPIEndpoint(server: self))]
    }

    private func route(
        _ operation: AdministrationOperation, below prefix: String, _ door: AdministrationEndpoint.Door,
        _ answer: @escaping AdministrationOperation.Answer
    ) -> Route {
        let endpoint = AdministrationEndpoint(door: door, operation: operation, answer: answer, server: self)
        return Route(operation.method, prefix + operation.path, endpoint, bodyLimit: operation.bodyLimit)
    }

    /// Below `/admin/v1`.
    var administrationOperations: [AdministrationOperation] { administrationTable.map(\.operation) }

    private typealias Row = (Method, String, AdministrationRight, AdministrationOperation.Answer)

    /// Every operation there is, one line each: what is not here is not there, and nothing is here without its right.
    var administrationTable: [(operation: AdministrationOperation, answer: AdministrationOperation.Answer)] {
        (clientRows + userRows + roleRows + otherRows).map { method, path, right, answer in
            (AdministrationOperation(method, path, right), answer)
        }
            + configurationRows.map { method, path, right, answer in
                (
                    AdministrationOperation(method, path, right, bodyLimit: ConfigurationAdministration.bodyLimit),
                    answer
                )
            }
    }

    private var clientRows: [Row] {
        let clients = ClientAdministration(server: self), secrets = ClientSecretAdministration(server: self)
        let resourceServers = ResourceServerAdministration(server: self)
        let fhirServers = FHIRServerAdministration(server: self)
        let registrationTokens = RegistrationTokenAdministration(server: self)
        return [
            (.post, "/clients", "auth/Client.c", clients.register),
            (.get, "/clients", "auth/Client.s", clients.list),
            (.get, "/clients/{client_id}", "auth/Client.r", clients.show),
            (.patch, "/clients/{client_id}", "auth/Client.u", clients.update),
            (.delete, "/clients/{client_id}", "auth/Client.d", clients.remove),
            (.post, "/clients/{client_id}/secrets", "auth/Client.u", secrets.rotate),
            (.get, "/clients/{client_id}/secrets", "auth/Client.r", secrets.list),
            (.delete, "/clients/{client_id}/secrets/{secret_id}", "auth/Client.u", secrets.revoke),
            (.post, "/clients/{client_id}/approve", "auth/Client.u", clients.approve),
            (.post, "/clients/{client_id}/disable", "auth/Client.u", clients.disable),
            (.post, "/clients/{client_id}/enable", "auth/Client.u", clients.enable),
            (.post, "/registration-tokens", "auth/Client.c", registrationTokens.create),
            (.get, "/registration-tokens", "auth/Client.s", registrationTokens.list),
            (.delete, "/registration-tokens/{id}", "auth/Client.d", registrationTokens.revoke),
            (.post, "/resource-servers", "auth/Client.c", resourceServers.register),
            (.get, "/resource-servers", "auth/Client.s", resourceServers.list),
            (.get, "/resource-servers/{client_id}", "auth/Client.r", resourceServers.show),
            (.delete, "/resource-servers/{client_id}", "auth/Client.d", resourceServers.remove),
            (.post, "/fhir-servers", "auth/FHIRServer.c", fhirServers.add),
            (.get, "/fhir-servers", "auth/FHIRServer.s", fhirServers.list),
            (.get, "/fhir-servers/{id}", "auth/FHIRServer.r", fhirServers.show),
            (.put, "/fhir-servers/{id}", "auth/FHIRServer.u", fhirServers.replace),
            (.patch, "/fhir-servers/{id}", "auth/FHIRServer.u", fhirServers.change),
            (.delete, "/fhir-servers/{id}", "auth/FHIRServer.d", fhirServers.remove),
        ]
    }

    private var userRows: [Row] {
        let users = UserAdministration(server: self), groups = GroupAdministration(server: self)
        return [
            (.post, "/users", "auth/User.c", users.add), (.get, "/users", "auth/User.s", users.list),
            (.get, "/users/{username}", "auth/User.r", users.show),
            (.patch, "/users/{username}", "auth/User.u", users.update),
            (.delete, "/users/{username}", "auth/User.d", users.remove),
            (.post, "/users/{username}/disable", "auth/User.u", users.disable),
            (.post, "/users/{username}/enable", "auth/User.u", users.enable),
            (.post, "/users/{username}/unlock", "auth/User.u", users.unlock),
            (.put, "/users/{username}/password", "auth/User.u", users.setPassword),
            (.post, "/groups", "auth/User.c", groups.add), (.get, "/groups", "auth/User.s", groups.list),
            (.delete, "/groups/{name}", "auth/User.d", groups.remove),
            (.get, "/groups/{name}/members", "auth/User.s", groups.members),
            (.put, "/groups/{name}/members/{username}", "auth/User.u", groups.addMember),
            (.delete, "/groups/{name}/members/{username}", "auth/User.u", groups.removeMember),
        ]
    }

    /// Everything at once: as files, and as lines for another server. Who puts it in place must hold all that it can give.
    private var configurationRows: [Row] {
        let configuration = ConfigurationAdministration(server: self), records = RecordAdministration(server: self)
        return [
            (.get, "/configuration", "auth/Settings.r", configuration.show),
            (.post, "/configuration/plan", "auth/Settings.r", configuration.plan),
            (.post, "/configuration/apply", "auth/Settings.u", configuration.apply),
            (.get, "/user-records", "auth/User.s", records.users),
            (.post, "/user-records", "auth/User.cu", records.importUsers),
            (.get, "/grant-records", "auth/Grant.s", records.grants),
        ]
    }

    /// What roles may do, and who has them.
    private var roleRows: [Row] {
        let policies = RolePolicyAdministration(server: self), files = PolicyFileAdministration(server: self)
        let assignments = RoleAssignmentAdministration(server: self), users = UserAdministration(server: self)
        return [
            (.get, "/role-policies", "auth/RolePolicy.s", policies.list),
            (.post, "/role-policies/check", "auth/RolePolicy.r", files.check),
            (.post, "/role-policies/plan", "auth/RolePolicy.r", files.plan),
            (.post, "/role-policies/apply", "auth/RolePolicy.cu", files.apply),
            (.get, "/role-policies/{role}", "auth/RolePolicy.r", policies.show),
            (.put, "/role-policies/{role}", "auth/RolePolicy.cu", policies.put),
            (.delete, "/role-policies/{role}", "auth/RolePolicy.d", policies.remove),
            (.get, "/role-policies/{role}/history", "auth/RolePolicy.r", policies.history),
            (.get, "/role-policies/{role}/history/{revision}", "auth/RolePolicy.r", policies.revision),
            (.post, "/role-policies/{role}/restore", "auth/RolePolicy.cu", policies.restore),
            (.post, "/role-assignments", "auth/RoleAssignment.c", assignments.assign),
            (.get, "/role-assignments", "auth/RoleAssignment.s", assignments.list),
            (.post, "/role-assignments/{id}/revoke", "auth/RoleAssignment.d", assignments.revoke),
            (.get, "/users/{username}/roles", "auth/RoleAssignment.s", users.roles),
            (.post, "/explain", "auth/RolePolicy.r", { try ExplainedRequest(try $0.json(), self).response(self) }),
        ]
    }

    private var otherRows: [Row] {
        let patients = PatientAdministration(server: self), tokens = TokenAdministration(server: self)
        let keys = KeyAdministration(server: self)
        let audits = AuditAdministration(server: self), chain = AuditVerificationAdministration(server: self)
        let launches = LaunchAdministration(server: self), grants = GrantAdministration(server: self)
        let sessions = SessionAdministration(server: self)
        let emergencies = EmergencyAdministration(server: self), backups = BackupAdministration(server: self)
        return [
            (.post, "/backups", "auth/Settings.u", backups.record),
            (.post, "/patients", "auth/Patient.cu", patients.importRecords),
            (.get, "/patients", "auth/Patient.s", patients.list),
            (.get, "/patients/{id}", "auth/Patient.r", patients.show),
            (.delete, "/patients/{id}", "auth/Patient.d", patients.remove),
            (.get, "/audit-events", "auth/AuditEvent.s", audits.list),
            (.get, "/audit-events/{id}", "auth/AuditEvent.r", audits.show),
            (.post, "/audit-events/verify", "auth/AuditEvent.s", chain.verify),
            (.get, "/audit-checkpoints", "auth/AuditEvent.s", chain.checkpoints),
            (.get, "/emergency-accesses", "auth/AuditEvent.s", emergencies.list),
            (.post, "/emergency-accesses/{id}/review", "auth/AuditEvent.u", emergencies.review),
            (.post, "/launches", "auth/Launch.c", launches.open),
            (.get, "/launches", "auth/Launch.s", launches.list),
            (.delete, "/launches/{id}", "auth/Launch.d", launches.withdraw),
            (.get, "/grants", "auth/Grant.s", grants.list), (.get, "/grants/{id}", "auth/Grant.r", grants.show),
            (.delete, "/grants/{id}", "auth/Grant.d", grants.revoke),
            (.post, "/grants/revoke", "auth/Grant.ds", grants.revokeMany),
            (.get, "/sessions", "auth/Session.s", sessions.list),
            (.delete, "/sessions/{id}", "auth/Session.d", sessions.end),
            (.get, "/keys", "auth/Key.s", keys.list), (.post, "/keys", "auth/Key.c", keys.generate),
            (.post, "/keys/rotate", "auth/Key.u", keys.rotate),
            (.post, "/keys/reencrypt", "auth/Key.u", keys.reencrypt),
            (.post, "/keys/{kid}/retire", "auth/Key.d", keys.retire),
            (.get, "/settings", "auth/Settings.r", SettingsAdministration(server: self).show),
            (.get, "/refusals", "auth/Refusal.s", RefusalAdministration(server: self).list),
            (.post, "/tokens/inspect", "auth/Token.r", tokens.inspect),
        ]
    }
}
