import Encoding
import SMART
import Storage
import Synchronization

/// The directory that the FHIR server itself is, asked at each request of a browser. What one request was told it does not
/// ask again: the pages look at the same patient several times.
final class LiveDirectory: Directory {
    private struct State {
        var token: String?
        var answers: [String: JSON?] = [:]
    }

    private let connection: FHIRConnection
    private let state = Mutex(State())

    /// How many ids go into one search, and how many pages of its answer are read.
    private static let chunk = DirectoryPaging.length

    init(_ connection: FHIRConnection) {
        self.connection = connection
    }

    func patient(_ id: FHIRID) async throws -> StoredPatient? {
        guard let json = try await get("/Patient/\(id.value)") else { return nil }
        return try FHIRAnswer(json).patient(id)
    }

    func patients(_ ids: [FHIRID]) async throws -> [StoredPatient] {
        if ids.count == 1, let id = ids.first { return try await [patient(id)].compactMap { $0 } }
        var found: [String: StoredPatient] = [:]
        for start in stride(from: 0, to: ids.count, by: Self.chunk) {
            let part = ids.dropFirst(start).prefix(Self.chunk).map(\.value)
            var next: String? = "/Patient?_id=\(part.joined(separator: ","))&_count=\(part.count)"
            for _ in part {
                guard let path = next else { break }
                let answer = try await search(path, "Patient")
                for patient in try answer.resources.map({ try FHIRAnswer($0).patient() }) {
                    guard part.contains(patient.id) else {
                        throw DirectoryTrouble.unusable("a patient nobody asked for")
                    }
                    found[patient.id] = patient
                }
                next = answer.next
            }
        }
        return ids.compactMap { found[$0.value] }
    }

    func patients(matching search: PatientSearch, after cursor: String?) async throws -> DirectoryPage<StoredPatient> {
        guard let first = PatientQuery(search)?.path else { return .empty }
        return try await page("Patient", first: first, after: cursor) { try FHIRAnswer($0).patient() }
    }

    func encounter(_ id: FHIRID, of patient: FHIRID) async throws -> StoredEncounter? {
        guard let json = try await get("/Encounter/\(id.value)") else { return nil }
        let encounter = try FHIRAnswer(json).encounter(id, base: connection.base)
        return encounter.patient == patient.value ? encounter : nil
    }

    func encounters(of patient: FHIRID, after cursor: String?) async throws -> DirectoryPage<StoredEncounter> {
        let first = "/Encounter?patient=\(patient.value)&_count=\(DirectoryPaging.length)"
        let base = connection.base
        let page = try await page("Encounter", first: first, after: cursor) { json in
            let encounter = try FHIRAnswer(json).encounter(base: base)
            guard encounter.patient == patient.value else {
                throw DirectoryTrouble.unusable("an encounter of another patient")
            }
            return encounter
        }
        // Newest first, as far as one page goes: not every server sorts.
        let sorted = page.records.sorted { ($0.start ?? .min, $1.id) > ($1.start ?? .min, $0.id) }
        return DirectoryPage(records: sorted, next: page.next)
    }

    /// A list is named by its first page.
    private func page<Record>(
        _ type: String, first: String, after cursor: String?, _ read: (JSON) throws -> Record
    ) async throws -> DirectoryPage<Record> {
        let path = try cursor.map { try connection.cursors.open($0, of: first) } ?? first
        let answer = try await search(path, type)
        return DirectoryPage(
            records: try answer.resources.map(read),
            next: try answer.next.map { try connection.cursors.seal($0, of: first) })
    }

    private func search(_ path: String, _ type: String) async throws -> FHIRAnswer.Found {
        guard let json = try await get(path) else { throw DirectoryTrouble(.status(404)) }
        return try FHIRAnswer(json).found(type, base: connection.base)
    }

    private func get(_ path: String) async throws -> JSON? {
        if let known = state.withLock({ $0.answers[path] }) { return known }
        let answer = try await connection.get(path, token: try await token())
        _ = state.withLock { $0.answers.updateValue(answer, forKey: path) }
        return answer
    }

    private func token() async throws -> String {
        if let token = state.withLock({ $0.token }) { return token }
        let token = try await connection.tokens.issue()
        state.withLock { $0.token = token }
        return token
    }
}
