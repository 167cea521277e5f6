import Encoding
import HTTP
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

/// The search of audit records and what they look like outside.
@Suite struct `HIPAA 164.312(b) audit controls` {
    private func ask(_ server: TestServer, _ query: String, accept: String = "application/json") async -> (
        response: Response, json: JSON
    ) {
        let parts = query.split(separator: "?", maxSplits: 1).map(String.init)
        let response = await server.administration.respond(
            to: Request(
                method: .get, path: "/admin/v1" + (parts.first ?? ""),
                query: parts.count > 1 ? Array(parts[1].utf8) : [],
                headers: Headers([("Accept", accept)])))
        return (response, (try? JSON(parsing: response.body)) ?? .null)
    }

    private func actions(_ json: JSON) -> [String] {
        (json["audit_events"]?.arrayValue ?? []).compactMap { $0["action"]?.stringValue }
    }

    @Test func `a person can be shown who used which app on their record`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        _ = try App.publicApp.tokens(server, as: "patient", scope: "openid launch/patient patient/Patient.rs")
        let answer = await ask(server, "/audit-events?patient=1").json
        #expect(actions(answer) == ["token-issued", "consent"])
        let first = try #require(answer["audit_events"]?.arrayValue?.first)
        #expect(first["username"] == "patient" && first["client_id"] == "public-app")
        #expect(first["patient_name"] != nil && first["client_name"] != nil && first["address"] == "127.0.0.1")
        #expect(await ask(server, "/audit-events?patient=2").json["audit_events"] == [])
        let id = try #require(first["id"]?.integerValue)
        #expect(await ask(server, "/audit-events/\(id)").json == first)
        #expect(await ask(server, "/audit-events/999999").response.status == 404)
    }

    @Test func `each filter finds what it names and nothing else, alone and with others`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        let begin = server.clock.now
        server.clock.advance(100)
        _ = try App.publicApp.tokens(server, as: "patient", scope: "openid launch/patient patient/Patient.rs")
        server.clock.advance(100)
        let browser = Browser(server)
        let place = try browser.get(App.publicApp.authorizePath(scope: "openid"))
        _ = try browser.submit(place, [("username", "patient"), ("password", "not the password, no")])
        try await server.administer(.post, "/admin/v1/users/patient/disable")
        let person = ["user-disabled", "sign-in-failure", "token-issued", "consent", "sign-in"]
        let all = actions(await ask(server, "/audit-events?limit=500").json)
        let rows: [(String, [String])] = [
            ("person=patient&from=\(begin + 1)", person), ("person=PATIENT&from=\(begin + 1)", person),
            ("person=patient&patient=1", ["token-issued", "consent"]),
            ("person=patient&client=public-app&action=consent", ["consent"]),
            ("action=consent&action=sign-in", ["consent", "sign-in"]), ("action=sign-in-failure", ["sign-in-failure"]),
            ("action=user-disabled", ["user-disabled"]), ("outcome=failure", ["sign-in-failure"]),
            ("outcome=failure&person=patient", ["sign-in-failure"]), ("outcome=failure&action=sign-in", []),
            ("outcome=success&from=\(begin + 150)", ["user-disabled"]),
            ("from=\(begin + 50)&to=\(begin + 150)", ["token-issued", "consent", "sign-in"]),
            ("from=\(begin + 150)", ["user-disabled", "sign-in-failure"]), ("person=nobody-at-all", []),
            ("client=public-app&from=\(begin + 1)", ["token-issued", "consent"]), ("", all),
        ]
        for (query, expected) in rows {
            #expect(
                actions(await ask(server, "/audit-events?limit=500" + (query.isEmpty ? "" : "&" + query)).json)
                    == expected, "\(query)")
            // In pages of one, nothing is lost and nothing comes twice.
            var (paged, cursor): ([String], String?) = ([], nil)
            repeat {
                let after = cursor.map { "&after=" + $0 } ?? ""
                let page = await ask(server, "/audit-events?limit=1" + (query.isEmpty ? "" : "&" + query) + after).json
                paged += actions(page)
                cursor = page["next"]?.stringValue
            } while cursor != nil
            #expect(paged == expected, "\(query)")
        }
        for wrong in [
            "outcome=perhaps", "action=nothing", "from=yesterday", "to=x", "limit=0", "after=x", "after=1-",
            "limit=501",
        ] {
            #expect(await ask(server, "/audit-events?" + wrong).response.status == 400, "\(wrong)")
        }
    }

    /// W3C Trace Context: what several systems did for one request is found in the records of each.
    @Test func `records keep the trace that a request belongs to, and are found by it`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        let traces = ["4bf92f3577b34da6a3ce929d0e0e4736", "0af7651916cd43dd8448eb211c80319c"]
        func parent(_ trace: String) -> (String, String) { ("traceparent", "00-\(trace)-00f067aa0ba902b7-01") }
        func token(_ headers: [(String, String)]) throws {
            let answer = try server.post(
                "/token", [("grant_type", "client_credentials"), ("scope", "auth/Token.r")],
                headers: [App.basic("ehr", "ehr-secret-0123456789012345")] + headers)
            #expect(answer.status == 200, "\(answer.text)")
        }
        for trace in traces { for _ in 0..<2 { try token([parent(trace)]) } }
        try token([])
        try token([("traceparent", "00-\(traces[0])-00f067aa0ba902b7-0g")])
        let disabled = await server.administration.respond(
            to: Request(
                method: .post, path: "/admin/v1/users/patient/disable", headers: Headers([parent(traces[0])])))
        #expect(disabled.status == 200)
        let untraced = await ask(server, "/audit-events?action=token-issued").json["audit_events"]?.arrayValue ?? []
        #expect(untraced.count == 6 && untraced.filter { $0["trace"] == nil }.count == 2)
        let rows: [(String, [String])] = [
            ("trace=\(traces[0])", ["user-disabled", "token-issued", "token-issued"]),
            ("trace=\(traces[1])", ["token-issued", "token-issued"]),
            ("trace=\(traces[0])&person=patient", ["user-disabled"]), ("trace=\(traces[1])&person=patient", []),
            ("trace=\(traces[0])&client=ehr", ["token-issued", "token-issued"]),
            ("trace=\(traces[0])&action=user-disabled", ["user-disabled"]),
            ("trace=\(traces[0])&outcome=failure", []), ("trace=\(String(repeating: "a", count: 32))", []),
        ]
        for (query, expected) in rows {
            let found = await ask(server, "/audit-events?" + query).json
            #expect(actions(found) == expected, "\(query)")
            var (paged, cursor): ([String], String?) = ([], nil)
            repeat {
                let after = cursor.map { "&after=" + $0 } ?? ""
                let page = await ask(server, "/audit-events?limit=1&" + query + after).json
                paged += actions(page)
                cursor = page["next"]?.stringValue
            } while cursor != nil
            #expect(paged == expected, "\(query)")
        }
        let fhir = await ask(server, "/audit-events?format=fhir&trace=\(traces[1])").json
        #expect(fhir.text.contains(#"{"type":"trace","valueString":"\#(traces[1])"}"#), "\(fhir.text)")
        for wrong in [traces[0].uppercased(), "x", String(traces[0].dropLast()), traces[0] + "0"] {
            #expect(await ask(server, "/audit-events?trace=" + wrong).response.status == 400, "\(wrong)")
        }
    }

    @Test func `NDJSON in pages, the next one in Link`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        for (accept, member) in [("application/x-ndjson", "action"), ("application/fhir+ndjson", "resourceType")] {
            let answer = await ask(server, "/audit-events?limit=3&action=user-added", accept: accept).response
            #expect(answer.header("content-type") == accept)
            let lines = answer.body.split(separator: 0x0A)
            #expect(lines.count == 3)
            for line in lines { #expect(try JSON(parsing: Array(line))[member] != nil) }
            let link = try #require(answer.header("link"))
            #expect(
                link.hasPrefix("</admin/v1/audit-events?limit=3&action=user-added&after=")
                    && link.hasSuffix("rel=\"next\""))
        }
    }

    @Test func `verify goes on from page to page and comes to an end`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        _ = try server.authorization.notary.seal()
        let answer = try await server.administer(.post, "/admin/v1/audit-events/verify", [:])
        #expect(answer["done"] == true && answer["finding"] == nil)
        #expect(answer["checked"] == answer["last"])
        let checkpoints = await ask(server, "/audit-checkpoints").json["audit_checkpoints"]?.arrayValue
        #expect(checkpoints?.count == 1 && checkpoints?.first?["key"]?.stringValue?.count == 43)
    }

    @Test(arguments: [
        #"{"checkpoints": "a"}"#, #"{"checkpoints": [1]}"#, #"{"trusted_keys": {}}"#, "[]",
        #"{"progress": {"seq": 0, "hash": "", "checked": 0, "unchained": 0}}"#,
    ])
    func `what cannot be held against the records is refused, and not passed over`(body: String) async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        let answer = await server.administration.respond(
            to: Request(method: .post, path: "/admin/v1/audit-events/verify", body: Array(body.utf8)))
        #expect(answer.status == 422)
    }
}

/// FHIR R4 AuditEvent, each of our events held to the definition: what is required, how often, from which systems.
@Suite struct `FHIR R4 AuditEvent` {
    private static let systems: Set<String> = [
        "http://dicom.nema.org/resources/ontology/DCM", "urn:ihe:event-type-code",
        "https://profiles.ihe.net/ITI/BALP/CodeSystem/AuthZsubType", TestServer.issuer + "/audit-actions",
        "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
        "http://terminology.hl7.org/CodeSystem/extra-security-role-type",
        "http://terminology.hl7.org/CodeSystem/v3-ActReason", "http://terminology.hl7.org/CodeSystem/object-role",
        "http://terminology.hl7.org/CodeSystem/audit-entity-type",
        "http://terminology.hl7.org/CodeSystem/security-source-type",
    ]
    private static let members: Set<String> = [
        "resourceType", "id", "type", "subtype", "action", "recorded", "outcome", "outcomeDesc", "purposeOfEvent",
        "agent",
        "source", "entity",
    ]
    private static let codes: Set<String> = [
        "110100", "110101", "110106", "110107", "110113", "110114", "110122", "110123", "110127", "110129", "110132",
        "110136",
        "110137", "110150", "110153",
    ]

    private func requireCoding(_ json: JSON?, _ name: String) throws {
        let coding = try #require(json?.objectValue, "\(name)")
        #expect(Set(coding.names) == ["system", "code", "display"], "\(name)")
        let system = try #require(coding["system"]?.stringValue), code = try #require(coding["code"]?.stringValue)
        #expect(Self.systems.contains(system), "\(system)")
        if system.hasSuffix("DCM") { #expect(Self.codes.contains(code), "\(code)") }
    }

    private func requireReference(_ json: JSON?, _ name: String) throws {
        let reference = try #require(json?.objectValue, "\(name)")
        #expect(Set(reference.names).isSubset(of: ["reference", "identifier", "display"]) && !reference.isEmpty)
    }

    @Test(arguments: AuditEvent.allCases, [false, true])
    func `each event`(_ event: AuditEvent, isFull: Bool) throws {
        let record = AuditRecord(
            at: 1_767_225_600, action: event.rawValue, actor: isFull ? "u_1" : nil, client: isFull ? "app" : nil,
            patient: isFull ? "1" : nil, address: isFull ? "192.0.2.7" : "",
            outcome: isFull ? "refused: no" : "success",
            detail: isFull ? "more" : nil, subject: isFull ? "u_2" : nil)
        let named = NamedAuditRecord(
            id: 7, record: record, actor: nil, subject: nil, clientName: isFull ? "App" : nil, patientName: nil)
        let json = FHIRAuditEvent(issuer: TestServer.issuer, organization: "Test Hospital").json(named)
        let resource = try #require(json.objectValue)
        #expect(Set(resource.names).isSubset(of: Self.members))
        #expect(resource["resourceType"] == "AuditEvent" && resource["id"] == "7")
        #expect(resource["recorded"] == "2026-01-01T00:00:00Z")
        try requireCoding(resource["type"], "type")
        let subtypes = try #require(resource["subtype"]?.arrayValue)
        for subtype in subtypes { try requireCoding(subtype, "subtype") }
        #expect(subtypes.last?["code"]?.stringValue == event.rawValue)
        #expect(["C", "R", "U", "D", "E"].contains(resource["action"]?.stringValue))
        #expect(["0", "4", "8", "12"].contains(resource["outcome"]?.stringValue))
        if isFull { #expect(resource["outcome"] == "8" && resource["outcomeDesc"] == "refused: no") }
        let agents = try #require(resource["agent"]?.arrayValue)
        #expect(agents.count == (isFull ? 3 : 1))
        #expect(agents.count { $0["requestor"]?.boolValue == true } == 1)
        for agent in agents {
            #expect(agent["requestor"]?.boolValue != nil)
            try requireCoding(agent["type"]?["coding"]?.arrayValue?.first, "agent.type")
            try requireReference(agent["who"], "agent.who")
            if let network = agent["network"] { #expect(network == ["address": "192.0.2.7", "type": "2"]) }
        }
        try requireReference(resource["source"]?["observer"], "source.observer")
        try requireCoding(resource["source"]?["type"]?.arrayValue?.first, "source.type")
        let entities = resource["entity"]?.arrayValue ?? []
        #expect(entities.count == (isFull ? 4 : 0))
        for entity in entities {
            try requireReference(entity["what"], "entity.what")
            try requireCoding(entity["type"], "entity.type")
            try requireCoding(entity["role"], "entity.role")
        }
        if isFull { #expect(entities.first?["what"]?["reference"] == "Patient/1") }
        #expect((resource["purposeOfEvent"] != nil) == (event == .emergencyAccess))
    }

    @Test func `outcomes and kinds are those of the table`() {
        #expect(AuditEvent.signInFailure.form.outcome == .minorFailure)
        #expect(AuditEvent.refreshTokenReused.form.outcome == .seriousFailure)
        #expect(AuditEvent.eventNoticeFailed.form.outcome == .majorFailure)
        #expect(AuditEvent.tokenIssued.form.subtype?.code == "ITI-71")
        #expect(AuditRecord.sessionExpired == AuditEvent.sessionExpired.rawValue)
        #expect(
            Set(AuditEvent.failures).isDisjoint(with: ["token-issued", "token-refreshed", "sign-in", "consent"]),
            "the index of what happens seldom holds every failure")
    }
}
