import SMART
import Storage

/// The directory that an administrator imports: one for all FHIR servers, read from the database.
struct ImportedDirectory: Directory {
    let database: Database

    func patient(_ id: FHIRID) throws -> StoredPatient? {
        try database.read { (transaction) throws(StorageError) in try transaction.patient(id.value) }
    }

    func patients(_ ids: [FHIRID]) throws -> [StoredPatient] {
        try database.read { (transaction) throws(StorageError) in
            var found: [StoredPatient] = []
            for id in ids {
                if let patient = try transaction.patient(id.value) { found.append(patient) }
            }
            return found
        }
    }

    func patients(matching search: PatientSearch, after cursor: String?) throws -> DirectoryPage<StoredPatient> {
        let found = try database.read { (transaction) throws(StorageError) in
            try transaction.patients(matching: search, after: cursor, limit: DirectoryPaging.length + 1)
        }
        return Self.page(found, id: \.id)
    }

    func encounter(_ id: FHIRID, of patient: FHIRID) throws -> StoredEncounter? {
        let found = try database.read { (transaction) throws(StorageError) in try transaction.encounter(id.value) }
        return found?.patient == patient.value ? found : nil
    }

    func encounters(of patient: FHIRID, after cursor: String?) throws -> DirectoryPage<StoredEncounter> {
        let found = try database.read { (transaction) throws(StorageError) in
            try transaction.encounters(patient: patient.value, after: cursor, limit: DirectoryPaging.length + 1)
        }
        return Self.page(found, id: \.id)
    }

    /// One record more than fits was read: it says that there is another page.
    private static func page<Record>(_ found: [Record], id: (Record) -> String) -> DirectoryPage<Record> {
        let shown = Array(found.prefix(DirectoryPaging.length))
        return DirectoryPage(records: shown, next: found.count > shown.count ? shown.last.map(id) : nil)
    }
}
