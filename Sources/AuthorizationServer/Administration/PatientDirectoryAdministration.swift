import Encoding
import HTTP
import SMART
import Storage

/// `/admin/v1/patients`: what the patient picker finds.
extension PatientAdministration {
    /// By name, record number or date of birth, as people look for one: `search`.
    @Sendable func list(_ request: AdministrationRequest) async throws -> Response {
        let query = try ListQuery(request, filters: ["search"])
        let found = try server.database.read { (transaction) throws(StorageError) in
            try transaction.patients(
                matching: PatientSearch(text: query["search"] ?? ""), after: query.after, limit: query.limit)
        }
        return query.answer("patients", found.map(Self.json), last: found.last?.id)
    }

    @Sendable func show(_ request: AdministrationRequest) async throws -> Response {
        let id = request.pathParameter("id")
        let found = try server.database.read { (transaction) throws(StorageError) in try transaction.patient(id) }
        guard let found else { throw Self.unknown(id) }
        return .json(200, .object(Self.json(found)))
    }

    /// From the directory alone: apps keep what they were let into, until that is revoked.
    @Sendable func remove(_ request: AdministrationRequest) async throws -> Response {
        let (id, now, address) = (request.pathParameter("id"), server.clock.now, request.peer.address)
        try await request.write(server.database) { transaction in
            guard try transaction.deletePatient(id) else { throw Self.unknown(id) }
            try transaction.audit(
                .patientRemoved, actor: request.caller.name, patient: id, address: address, at: now)
        }
        return Response(status: 204)
    }

    private static func json(_ patient: StoredPatient) -> JSONObject {
        var object: JSONObject = [
            "id": .string(patient.id), "family": .string(patient.family), "given": .string(patient.given),
        ]
        object["birth_date"] = patient.birthDate.map { .string($0) }
        object["gender"] = patient.gender.map { .string($0) }
        object["identifier"] = patient.identifier.map { .string($0) }
        return object
    }

    private static func unknown(_ id: String) -> Problem {
        Problem(
            status: 404, title: "No such patient", detail: "The directory has no patient \(OAuthError.safe(id)).")
    }
}
