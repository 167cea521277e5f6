import Encoding
import Storage

/// A record as an AuditEvent of FHIR R4, in the shapes of IHE BALP: the app, the person and this server as agents, the patient
/// as an entity. No `meta.profile` is claimed: those of IHE want the request itself, or a Consent resource, which no record has.
struct FHIRAuditEvent: Sendable {
    let issuer: String
    let organization: String

    func json(_ named: NamedAuditRecord) -> JSON {
        let record = named.record, form = AuditEvent(rawValue: record.action)?.form
        var event: JSONObject = ["resourceType": "AuditEvent", "id": .string(String(named.id))]
        event["type"] = coding(form?.type ?? .init(system: actions, code: record.action, display: record.action))
        var subtypes = [coding(.init(system: actions, code: record.action, display: words(record.action)))]
        if let subtype = form?.subtype { subtypes.insert(coding(subtype), at: 0) }
        event["subtype"] = .array(subtypes)
        event["action"] = .string((form?.action ?? .execute).rawValue)
        event["recorded"] = .string(Timestamp.rfc3339(record.at))
        event["outcome"] = .string(String(record.outcomeCode.rawValue))
        if record.outcome != "success" { event["outcomeDesc"] = .string(record.outcome) }
        if let purpose = purpose(record.action) { event["purposeOfEvent"] = [purpose] }
        event["agent"] = .array(agents(named))
        event["source"] = [
            "site": .string(organization), "observer": identified(issuer, as: "Lanyard"),
            "type": [
                [
                    "system": "http://terminology.hl7.org/CodeSystem/security-source-type", "code": "6",
                    "display": "Security Server",
                ]
            ],
        ]
        let entities = entities(named)
        if !entities.isEmpty { event["entity"] = .array(entities) }
        return .object(event)
    }

    /// Where the names of our actions are from.
    private var actions: String { issuer + "/audit-actions" }

    private func words(_ action: String) -> String { String(action.map { $0 == "-" ? " " : $0 }) }

    private func coding(_ code: AuditForm.Code) -> JSON {
        ["system": .string(code.system), "code": .string(code.code), "display": .string(code.display)]
    }

    private func concept(_ system: String, _ code: String, _ display: String) -> JSON {
        ["coding": [["system": .string(system), "code": .string(code), "display": .string(display)]]]
    }

    private func identified(_ value: String, as display: String?) -> JSON {
        var reference: JSONObject = ["identifier": ["system": .string(issuer), "value": .string(value)]]
        if let display { reference["display"] = .string(display) }
        return .object(reference)
    }

    private func purpose(_ action: String) -> JSON? {
        guard action == AuditEvent.emergencyAccess.rawValue else { return nil }
        return concept("http://terminology.hl7.org/CodeSystem/v3-ActReason", "BTG", "break the glass")
    }

    /// FHIR R4 §6.3.3, `agent.requestor`: whoever began it is one of them.
    private func agents(_ named: NamedAuditRecord) -> [JSON] {
        let record = named.record
        var agents: [JSON] = []
        if let actor = record.actor {
            var agent: JSONObject = [
                "type": concept(
                    "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP", "information recipient"),
                "who": person(actor, named.actor), "requestor": true,
            ]
            if let name = named.actor?.displayName { agent["name"] = .string(name) }
            if let purpose = purpose(record.action) { agent["purposeOfUse"] = [purpose] }
            agents.append(.object(agent))
        }
        if let client = record.client {
            agents.append(
                application(
                    "110150", "Application", identified(client, as: named.clientName), record.address,
                    isRequestor: record.actor == nil))
        } else if let address = record.address, !address.isEmpty {
            agents.append(
                application(
                    "110153", "Source Role ID", ["display": .string(address)], address, isRequestor: record.actor == nil
                )
            )
        }
        agents.append([
            "type": concept(
                "http://terminology.hl7.org/CodeSystem/extra-security-role-type", "authserver", "authorization server"),
            "who": identified(issuer, as: "Lanyard"), "requestor": .bool(agents.isEmpty),
        ])
        return agents
    }

    private func application(
        _ code: String, _ display: String, _ who: JSON, _ address: String?, isRequestor: Bool
    ) -> JSON {
        var agent: JSONObject = [
            "type": concept("http://dicom.nema.org/resources/ontology/DCM", code, display), "who": who,
            "requestor": .bool(isRequestor),
        ]
        if let address, !address.isEmpty { agent["network"] = ["address": .string(address), "type": "2"] }
        return .object(agent)
    }

    private func person(_ sub: String, _ user: StoredUser?) -> JSON {
        var who = identified(sub, as: user?.displayName).objectValue ?? JSONObject()
        if let record = user?.fhirUser { who["reference"] = .string(record) }
        return .object(who)
    }

    private func entities(_ named: NamedAuditRecord) -> [JSON] {
        let record = named.record
        var entities: [JSON] = []
        if let patient = record.patient {
            var what: JSONObject = ["reference": .string("Patient/" + patient)]
            if let name = named.patientName { what["display"] = .string(name) }
            entities.append(.object(entity("1", "Person", "1", "Patient", .object(what))))
        }
        if let client = record.client {
            let what = identified(client, as: named.clientName)
            entities.append(.object(entity("2", "System Object", "13", "Security Resource", what)))
        }
        if let subject = record.subject {
            entities.append(
                .object(entity("1", "Person", "11", "Security User Entity", person(subject, named.subject))))
        }
        let details = [("detail", record.detail), ("trace", record.trace)].compactMap { type, text -> JSON? in
            text.map { ["type": .string(type), "valueString": .string($0)] }
        }
        if !details.isEmpty {
            var entity = entity(
                "4", "Other", "13", "Security Resource", identified(String(named.id), as: "audit record"))
            entity["detail"] = .array(details)
            entities.append(.object(entity))
        }
        return entities
    }

    private func entity(
        _ type: String, _ typeName: String, _ role: String, _ roleName: String, _ what: JSON
    ) -> JSONObject {
        [
            "what": what,
            "type": [
                "system": "http://terminology.hl7.org/CodeSystem/audit-entity-type", "code": .string(type),
                "display": .string(typeName),
            ],
            "role": [
                "system": "http://terminology.hl7.org/CodeSystem/object-role", "code": .string(role),
                "display": .string(roleName),
            ],
        ]
    }
}
