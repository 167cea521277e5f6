import SMART
import Storage

/// Whose records a person may choose: patients their own and those they represent, staff any patient of the directory
/// (checklist STA-1). What a form says is checked against this, never trusted (JW-04, STA-5). The right is always ours to
/// know; who there is, the directory says.
struct PatientAccess: Sendable {
    let user: StoredUser
    let fhirUser: FHIRUser?

    /// Whether this person may look for patients, rather than having a few of their own.
    var mayPickAnyone: Bool {
        fhirUser?.type == .practitioner || fhirUser?.type == .practitionerRole
    }

    /// Whether this person has a right to the patient, should there be one.
    func mayOpen<T: Reading & ~Copyable>(
        _ patient: FHIRID, _ transaction: borrowing T
    ) throws(StorageError) -> Bool {
        if mayPickAnyone || fhirUser?.type == .patient && fhirUser?.id == patient { return true }
        return try transaction.represents(userID: user.id, patientID: patient.value)
    }

    /// Whether this patient is open to this person and in the directory, which is asked about nobody else.
    func permits(_ patient: FHIRID, _ directory: any Directory, _ database: Database) async throws -> Bool {
        let hasRight = try database.read { (transaction) throws(StorageError) in try mayOpen(patient, transaction) }
        guard hasRight else { return false }
        return try await directory.patient(patient) != nil
    }

    /// One page of the patients that this person may choose from; a person's own few are one page.
    func choices(
        matching search: PatientSearch, after cursor: String?, _ directory: any Directory, _ database: Database
    ) async throws -> DirectoryPage<StoredPatient> {
        guard mayPickAnyone else {
            let own = try await directory.patients(try own(database))
            return DirectoryPage(records: own.filter(search.fits), next: nil)
        }
        return try await directory.patients(matching: search, after: cursor)
    }

    /// The one record that needs no choice, if it is just one.
    func onlyPatient(_ directory: any Directory, _ database: Database) async throws -> FHIRID? {
        guard !mayPickAnyone else { return nil }
        let own = try await directory.patients(try own(database))
        return own.count == 1 ? own.first.flatMap { FHIRID($0.id) } : nil
    }

    private func own(_ database: Database) throws(StorageError) -> [FHIRID] {
        let userID = user.id
        let represented = try database.read { (transaction) throws(StorageError) in
            try transaction.representedPatients(userID: userID)
        }.compactMap { FHIRID($0.id) }
        guard let fhirUser, fhirUser.type == .patient, !represented.contains(fhirUser.id) else { return represented }
        return [fhirUser.id] + represented
    }
}

extension StoredPatient {
    var fullName: String { given.isEmpty ? family : "\(given) \(family)" }
}
