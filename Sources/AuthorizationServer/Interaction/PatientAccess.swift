import SMART
import Storage

/// Whose records a person may choose: patients their own and those they represent, staff any patient of the directory
/// (checklist STA-1). What a form says is checked against this, never trusted (JW-04, STA-5).
struct PatientAccess: Sendable {
    let user: StoredUser
    let fhirUser: FHIRUser?

    /// Whether this person may look for patients, rather than having a few of their own.
    var mayPickAnyone: Bool {
        fhirUser?.type == .practitioner || fhirUser?.type == .practitionerRole
    }

    /// Whether this patient is in the directory and open to this person.
    func permits(_ patient: FHIRID, _ database: Database) throws(StorageError) -> Bool {
        if mayPickAnyone {
            return try database.read { (transaction) throws(StorageError) in
                try transaction.patient(patient.value) != nil
            }
        }
        return try own(database).contains { $0.id == patient.value }
    }

    /// One page of the patients that this person may choose from.
    func choices(matching query: String, after cursor: String?, limit: Int, _ database: Database) throws(StorageError)
        -> [StoredPatient]
    {
        guard mayPickAnyone else {
            let words = query.lowercased()
            return try own(database).filter { words.isEmpty || $0.fullName.lowercased().contains(words) }
        }
        return try database.read { (transaction) throws(StorageError) in
            try transaction.patients(matching: query, after: cursor, limit: limit)
        }
    }

    /// The one record that needs no choice, if it is just one.
    func onlyPatient(_ database: Database) throws(StorageError) -> FHIRID? {
        guard !mayPickAnyone else { return nil }
        let own = try own(database)
        return own.count == 1 ? own.first.flatMap { FHIRID($0.id) } : nil
    }

    private func own(_ database: Database) throws(StorageError) -> [StoredPatient] {
        let (userID, fhirUser) = (user.id, fhirUser)
        return try database.read { (transaction) throws(StorageError) in
            var patients = try transaction.representedPatients(userID: userID)
            if let fhirUser, fhirUser.type == .patient, !patients.contains(where: { $0.id == fhirUser.id.value }),
                let own = try transaction.patient(fhirUser.id.value)
            {
                patients.insert(own, at: 0)
            }
            return patients
        }
    }
}

extension StoredPatient {
    var fullName: String { given.isEmpty ? family : "\(given) \(family)" }
}
