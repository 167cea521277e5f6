import SMART
import Storage

/// The patients and encounters of one FHIR server, as the pages name them, for one request of a browser. It says who
/// there is; who may choose whom is for `PatientAccess` to say.
protocol Directory: Sendable {
    /// Nil if there is no such patient.
    func patient(_ id: FHIRID) async throws -> StoredPatient?
    /// Those of them that there are, in the same order.
    func patients(_ ids: [FHIRID]) async throws -> [StoredPatient]
    /// One page of those that fit; `cursor` is the `next` of the page before.
    func patients(matching search: PatientSearch, after cursor: String?) async throws -> DirectoryPage<StoredPatient>
    /// Nil for an encounter of another patient too (STA-5).
    func encounter(_ id: FHIRID, of patient: FHIRID) async throws -> StoredEncounter?
    func encounters(of patient: FHIRID, after cursor: String?) async throws -> DirectoryPage<StoredEncounter>
}

/// What one page of a picker shows.
struct DirectoryPage<Record: Sendable>: Sendable {
    let records: [Record]
    /// Where the next page begins; nil on the last.
    let next: String?

    static var empty: DirectoryPage { DirectoryPage(records: [], next: nil) }
}

/// How many records a page of a picker shows.
enum DirectoryPaging {
    static let length = 20
}
