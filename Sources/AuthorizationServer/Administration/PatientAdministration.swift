import Encoding
import HTTP
import SMART
import Storage

/// `/admin/v1/patients`: fills the directory that the patient picker reads, from a FHIR Bundle or from NDJSON.
struct PatientAdministration: Sendable {
    let server: AuthorizationServer

    /// Patients and encounters are taken, other types passed over; what is wrong is named by its line or entry. All that is
    /// right is imported in one transaction.
    @Sendable func importRecords(_ request: AdministrationRequest) async throws -> Response {
        var records = DirectoryRecords()
        if request.headers["content-type"]?.contains("ndjson") == true {
            records.read(lines: request.body)
        } else {
            try records.read(bundle: try request.json())
        }
        let (found, now, address) = (records, server.clock.now, request.peer.address)
        try await request.write(server.database) { transaction in
            for patient in found.patients { try transaction.upsertPatient(patient) }
            for encounter in found.encounters { try transaction.upsertEncounter(encounter) }
            try transaction.audit(
                .patientsImported, actor: request.caller.name, address: address,
                outcome: "\(found.patients.count) patients, \(found.encounters.count) encounters", at: now)
        }
        return .json(
            200,
            [
                "patients": .integer(Int64(found.patients.count)),
                "encounters": .integer(Int64(found.encounters.count)),
                "skipped": .array(
                    found.skipped.map { .object(["line": .integer(Int64($0.line)), "reason": .string($0.reason)]) }),
            ])
    }
}

/// What the directory keeps of FHIR resources (R4: Patient, Encounter).
struct DirectoryRecords: Sendable {
    private(set) var patients: [StoredPatient] = []
    private(set) var encounters: [StoredEncounter] = []
    /// By line of NDJSON or entry of the Bundle, counted from 1.
    private(set) var skipped: [(line: Int, reason: String)] = []

    mutating func read(lines octets: [UInt8]) {
        for (index, line) in octets.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
            do {
                add(try JSON(parsing: Array(line)), line: index + 1)
            } catch {
                skipped.append((index + 1, "not JSON at octet \(error.offset): \(error.reason)"))
            }
        }
    }

    mutating func read(bundle: JSON) throws {
        guard bundle["resourceType"] == "Bundle" else {
            throw Problem(
                status: 422, title: "Not a Bundle",
                detail: "The body must be a FHIR Bundle, or NDJSON with its media type.")
        }
        guard let entries = (bundle["entry"] ?? []).arrayValue else {
            throw Problem(
                status: 422, title: "Not a Bundle", detail: "See the members named in errors.",
                errors: [("entry", "must be a list")])
        }
        for (index, entry) in entries.enumerated() {
            guard let resource = entry["resource"] else { continue }
            add(resource, line: index + 1)
        }
    }

    private mutating func add(_ resource: JSON, line: Int) {
        switch resource["resourceType"]?.stringValue {
        case "Patient":
            if let patient = StoredPatient(fhir: resource) {
                patients.append(patient)
            } else {
                skipped.append((line, "a Patient needs an id and a name"))
            }
        case "Encounter":
            if let encounter = StoredEncounter(fhir: resource) {
                encounters.append(encounter)
            } else {
                skipped.append((line, "an Encounter needs an id and a subject like Patient/1"))
            }
        case nil: skipped.append((line, "no resourceType"))
        default: break
        }
    }
}

extension StoredPatient {
    /// Nil without an id and a name.
    init?(fhir resource: JSON) {
        guard let id = resource["id"]?.stringValue.flatMap(FHIRID.init),
            let names = resource["name"]?.arrayValue,
            let name = names.first(where: { $0["use"] == "official" }) ?? names.first
        else { return nil }
        let family = name["family"]?.stringValue ?? name["text"]?.stringValue ?? ""
        guard !family.isEmpty else { return nil }
        let identifiers = resource["identifier"]?.arrayValue ?? []
        let isRecordNumber: (JSON) -> Bool = { identifier in
            identifier["type"]?["coding"]?.arrayValue?.contains { $0["code"] == "MR" } ?? false
        }
        self.init(
            id: id.value, family: family, given: (name["given"]?.strings ?? []).joined(separator: " "),
            birthDate: resource["birthDate"]?.stringValue, gender: resource["gender"]?.stringValue,
            identifier: (identifiers.first(where: isRecordNumber) ?? identifiers.first)?["value"]?.stringValue)
    }
}

extension StoredEncounter {
    /// Nil without an id and a patient: a relative reference, or one to that base.
    init?(fhir resource: JSON, base: FHIRBaseURL? = nil) {
        guard let id = resource["id"]?.stringValue.flatMap(FHIRID.init),
            let reference = resource["subject"]?["reference"]?.stringValue,
            let patient = Self.patient(reference, "Patient/")
                ?? base.flatMap({ Self.patient(reference, $0.value + "/Patient/") })
        else { return nil }
        let type = resource["type"]?.arrayValue?.first
        let title = type?["text"]?.stringValue ?? type?["coding"]?.arrayValue?.first?["display"]?.stringValue
        self.init(
            id: id.value, patient: patient.value,
            start: (resource["period"]?["start"]?.stringValue).flatMap(Timestamp.seconds(rfc3339:)),
            status: resource["status"]?.stringValue ?? "unknown", title: title ?? id.value)
    }

    private static func patient(_ reference: String, _ prefix: String) -> FHIRID? {
        guard reference.utf8.starts(with: prefix.utf8) else { return nil }
        return FHIRID(String(Substring(reference.utf8.dropFirst(prefix.utf8.count))))
    }
}
