import Testing

@testable import Storage

@Suite struct `Patients and encounters` {
    let database: Database

    init() async throws {
        database = try Database(path: ":memory:")
        try await database.write {
            for (id, family, given, record) in [
                ("p1", "Öztürk", "Ayşe", "MRN-1"), ("p2", "Smith", "John", "100%"), ("p3", "Smith", "John", "MRN_2"),
                ("p4", "Smithers", "Waylon", "MRN-2"), ("p5", "O'Brien", "Mary\u{00}Jane", #"a\b"#),
            ] {
                try $0.upsertPatient(
                    StoredPatient(
                        id: id, family: family, given: given, birthDate: "1980-01-02", gender: "other",
                        identifier: record))
            }
        }
    }

    private func search(
        _ text: String, born birthDate: String? = nil, after: String? = nil, limit: Int = 10
    ) throws -> [String] {
        let search = PatientSearch(text: text, birthDate: birthDate)
        return try database.read { (transaction) throws(StorageError) in
            try transaction.patients(matching: search, after: after, limit: limit).map(\.id)
        }
    }

    @Test func `a patient is kept, and replaced`() async throws {
        let changed = StoredPatient(
            id: "p2", family: "Smith-Jones", given: "Jo", birthDate: nil, gender: nil, identifier: nil)
        try await database.write { try $0.upsertPatient(changed) }
        #expect(try database.read { (transaction) throws(StorageError) in try transaction.patient("p2") } == changed)
        #expect(try database.read { (transaction) throws(StorageError) in try transaction.patient("no") } == nil)
        #expect(try search("100%") == [])
        #expect(try search("smith-jones jo") == ["p2"])
    }

    @Test(arguments: [
        ("", ["p5", "p2", "p3", "p4", "p1"]), ("smith", ["p2", "p3", "p4"]), ("SMITH", ["p2", "p3", "p4"]),
        ("john smith", ["p2", "p3"]), ("  Smith \t John ", ["p2", "p3"]), ("smith, j", ["p2", "p3"]),
        ("öZTÜRK", ["p1"]), ("mrn-1", ["p1"]), ("p4", ["p4"]), ("o'brien", ["p5"]), ("nobody", []),
        ("mary jane", ["p5"]), ("ozturk", ["p1"]), ("ayse oz", ["p1"]), ("brien", ["p5"]), ("obrien", ["p5"]),
        ("sm jo", ["p2", "p3"]), ("1", ["p2", "p1"]), ("mrn 2", ["p3", "p4"]), ("mith", []), ("smith smithers", ["p4"]),
        ("jo sm smi smit smith", ["p2", "p3"]), (",", ["p5", "p2", "p3", "p4", "p1"]),
    ])
    func `search finds the beginnings of names, in any order and without accents, the record number and the id`(
        text: String, found: [String]
    ) throws {
        #expect(try search(text) == found)
    }

    @Test(arguments: [
        ("%", []), ("_", []), ("\\", []), ("100%", ["p2"]), ("1_0", []), ("s%h", []), ("mrn_", ["p3"]), ("mrn*", []),
        ("a\\b", ["p5"]), ("smith*", []), ("\u{1F}", ["p5", "p2", "p3", "p4", "p1"]),
        ("'; DROP TABLE patients; --", []),
    ])
    func `wildcards mean themselves`(text: String, found: [String]) throws {
        #expect(try search(text) == found)
    }

    @Test func `a text without end finds nothing`() throws {
        #expect(try search(String(repeating: "smith", count: 20_000)) == [])
        #expect(!PatientSearch(text: String(repeating: "smith", count: 20_000)).isEmpty)
    }

    @Test func `a birth date finds those born then, alone and with a name`() async throws {
        try await database.write {
            try $0.upsertPatient(
                StoredPatient(
                    id: "p6", family: "Smith", given: "Ann", birthDate: "1990-05-06", gender: nil, identifier: nil))
        }
        #expect(try search("", born: "1990-05-06") == ["p6"])
        #expect(try search("smith", born: "1980-01-02") == ["p2", "p3", "p4"])
        #expect(try search("smith", born: "1980-01-02", after: "p2", limit: 1) == ["p3"])
        #expect(try search("öztürk", born: "1990-05-06") == [])
        #expect(try search("", born: "1990") == [], "a part of a date is another date")
    }

    @Test func `a patient who was renamed is no longer found by the old name`() async throws {
        let renamed = StoredPatient(
            id: "p4", family: "Burns", given: "Monty", birthDate: nil, gender: nil, identifier: nil)
        try await database.write { try $0.upsertPatient(renamed) }
        #expect(try search("smithers") == [] && search("burns") == ["p4"])
    }

    @Test(arguments: ["", "a", "aab", "fam", "fam7", "given"])
    func `STA-1: pages hold with thousands of patients, whatever is looked for`(text: String) async throws {
        try await database.write {
            for number in 0..<3000 {
                try $0.upsertPatient(
                    StoredPatient(
                        id: "n\(number)", family: "Fam\(number % 97)", given: "Given Aab", birthDate: "2000-01-01",
                        gender: nil, identifier: nil))
            }
        }
        var found: [String] = []
        while let page = Optional(try search(text, after: found.last, limit: 700)), !page.isEmpty { found += page }
        let all = try search(text, limit: 1000) + search(text, born: "2000-01-01", limit: 1000)
        #expect(Set(found).count == found.count && found.count > 300)
        #expect(Set(all).isSubset(of: Set(found)))
    }

    @Test(arguments: 1...5)
    func `pages follow each other without gap or repeat, whatever their size`(limit: Int) throws {
        var all: [String] = []
        var after: String?
        while true {
            let page = try search("", after: after, limit: limit)
            all += page
            guard let last = page.last else { break }
            after = last
        }
        #expect(all == ["p5", "p2", "p3", "p4", "p1"])
        #expect(try search("", after: "unknown") == [])
    }

    @Test func `encounters come newest first, those without a start last`() async throws {
        try await database.write {
            for (id, start) in [("e1", 10), ("e2", nil), ("e3", 30), ("e4", 20)] as [(String, Int64?)] {
                try $0.upsertEncounter(
                    StoredEncounter(id: id, patient: "p1", start: start, status: "finished", title: "Visit"))
            }
            try $0.upsertEncounter(
                StoredEncounter(id: "e9", patient: "p2", start: 99, status: "planned", title: "Other"))
        }
        try database.read { (transaction) throws(StorageError) in
            #expect(try transaction.encounters(patient: "p1", limit: 10).map(\.id) == ["e3", "e4", "e1", "e2"])
            #expect(try transaction.encounters(patient: "p1", limit: 1).map(\.id) == ["e3"])
            #expect(try transaction.encounters(patient: "p1", limit: -1).isEmpty)
            for (after, rest) in [
                ("e3", ["e4", "e1", "e2"]), ("e4", ["e1", "e2"]), ("e1", ["e2"]), ("e2", []), ("e9", []), ("no", []),
            ] {
                #expect(try transaction.encounters(patient: "p1", after: after, limit: 10).map(\.id) == rest)
            }
            #expect(
                try transaction.encounter("e2")
                    == StoredEncounter(id: "e2", patient: "p1", start: nil, status: "finished", title: "Visit"))
            #expect(try transaction.encounter("no") == nil)
        }
        let moved = StoredEncounter(id: "e2", patient: "p2", start: 5, status: "in-progress", title: "Moved")
        try await database.write { try $0.upsertEncounter(moved) }
        #expect(
            try database.read { (transaction) throws(StorageError) in
                try transaction.encounters(patient: "p2", limit: 10).map(\.id)
            } == ["e9", "e2"])
        await #expect(throws: StorageError.self) {
            try await database.write {
                try $0.upsertEncounter(
                    StoredEncounter(id: "x", patient: "nobody", start: nil, status: "", title: ""))
            }
        }
    }

    @Test func `a person represents the patients last set, and no unknown one`() async throws {
        let parent = try await database.user("parent")
        func represented() throws -> [String] {
            try database.read { (transaction) throws(StorageError) in
                try transaction.representedPatients(userID: parent).map(\.id)
            }
        }
        try await database.write { try $0.setRepresentedPatients(userID: parent, ["p2", "p1", "p2"]) }
        #expect(try represented() == ["p2", "p1"])
        await #expect(throws: StorageError.self) {
            try await database.write { try $0.setRepresentedPatients(userID: parent, ["p3", "nobody"]) }
        }
        #expect(try represented() == ["p2", "p1"])
        try database.read { (transaction) throws(StorageError) in
            #expect(try transaction.represents(userID: parent, patientID: "p1"))
            #expect(try !transaction.represents(userID: parent, patientID: "p3"))
            #expect(try !transaction.represents(userID: parent + 1, patientID: "p1"))
        }
        try await database.write { try $0.setRepresentedPatients(userID: parent, []) }
        #expect(try represented() == [])
    }
}

@Suite struct `AZ-20 remembered consent` {
    let database: Database
    init() async throws {
        database = try Database(path: ":memory:")
        try await database.write {
            for id in ["app", "other"] {
                try $0.insertClient(id: id, metadata: "{}", secretVerifiers: [], now: 1)
            }
        }
    }

    @Test func `holds for the same user, app, audience and patient, until it expires`() async throws {
        let (ada, bob) = (try await database.user("ada"), try await database.user("bob"))
        let consent = StoredConsent(
            userID: ada, clientID: "app", audience: "a", patient: "p1", scope: "s", createdAt: 10, expiresAt: 100)
        try await database.write { try $0.upsertConsent(consent) }
        func find(
            _ user: Int64, _ client: String, _ audience: String, _ patient: String?, _ now: Int64
        ) throws -> StoredConsent? {
            try database.read { (transaction) throws(StorageError) in
                try transaction.consent(
                    userID: user, clientID: client, audience: audience, patient: patient, now: now)
            }
        }
        #expect(try find(ada, "app", "a", "p1", 99) == consent)
        #expect(try find(ada, "app", "a", "p1", 100) == nil)
        #expect(try find(bob, "app", "a", "p1", 50) == nil)
        #expect(try find(ada, "other", "a", "p1", 50) == nil)
        #expect(try find(ada, "app", "b", "p1", 50) == nil)
        #expect(try find(ada, "app", "a", "p2", 50) == nil)
        #expect(try find(ada, "app", "a", nil, 50) == nil)
    }

    @Test func `is replaced as a whole, listed and forgotten`() async throws {
        let ada = try await database.user("ada")
        func consent(_ client: String, _ patient: String?, _ scope: String) -> StoredConsent {
            StoredConsent(
                userID: ada, clientID: client, audience: "a", patient: patient, scope: scope, createdAt: 10,
                expiresAt: 100)
        }
        let all = [consent("app", nil, "s1"), consent("app", "p", "s2"), consent("other", nil, "s3")]
        try await database.write {
            try $0.upsertConsent(
                StoredConsent(
                    userID: ada, clientID: "app", audience: "a", patient: nil, scope: "old", createdAt: 1,
                    expiresAt: 2))
            for consent in all { try $0.upsertConsent(consent) }
        }
        func list() throws -> [StoredConsent] {
            try database.read { (transaction) throws(StorageError) in try transaction.consents(userID: ada, now: 50) }
        }
        #expect(try list() == all)
        #expect(try await database.write { try $0.deleteConsents(userID: ada, clientID: "app") } == 2)
        #expect(try list() == [all[2]])
        #expect(try await database.write { try $0.deleteConsents(userID: ada, clientID: nil) } == 1)
        #expect(try list() == [])
    }
}

@Suite struct `AZ-20 what ends a remembered consent` {
    let database: Database
    let ada: Int64

    init() async throws {
        database = try Database(path: ":memory:")
        let ada = try await database.user("ada")
        self.ada = ada
        try await database.write {
            for id in ["app", "other"] {
                try $0.insertClient(id: id, metadata: "{}", secretVerifiers: [], now: 1)
                try $0.upsertConsent(
                    StoredConsent(
                        userID: ada, clientID: id, audience: "a", patient: nil, scope: "s", createdAt: 1, expiresAt: 99)
                )
            }
        }
    }

    private func left() throws -> [String] {
        try database.read { (transaction) throws(StorageError) in
            try transaction.consents(userID: ada, now: 50).map(\.clientID)
        }
    }

    @Test func `a changed, a disabled and a removed client`() async throws {
        _ = try await database.write { try $0.replaceClient(id: "app", metadata: "{}", now: 5) }
        #expect(try left() == ["other"])
        _ = try await database.write { try $0.setClientDisabled("other", true, now: 5) }
        #expect(try left() == [])
    }

    @Test func `a removed client`() async throws {
        _ = try await database.write { try $0.deleteClient("app", now: 5) }
        #expect(try left() == ["other"])
    }

    @Test func `a disabled person`() async throws {
        let ada = ada
        _ = try await database.write { try $0.disableUser(ada, now: 5) }
        #expect(try left() == [])
    }

    @Test func `a new password`() async throws {
        let ada = ada
        _ = try await database.write { try $0.setPassword(userID: ada, hash: "h", now: 5) }
        #expect(try left() == [])
    }

    @Test func `one alone: that of its app, audience and patient`() async throws {
        let ada = ada
        try await database.write {
            try $0.deleteConsent(userID: ada, clientID: "app", audience: "a", patient: "p")
            try $0.deleteConsent(userID: ada, clientID: "app", audience: "b", patient: nil)
        }
        #expect(try left() == ["app", "other"])
        try await database.write { try $0.deleteConsent(userID: ada, clientID: "app", audience: "a", patient: nil) }
        #expect(try left() == ["other"])
    }
}

@Suite struct `REV-7 what apps may do for a person` {
    @Test func `grants are taken together by app, without those that ended`() async throws {
        let database = try Database(path: ":memory:")
        let (ada, bob) = (try await database.user("ada"), try await database.user("bob"))
        let first = try await database.grant(userID: ada, refresh: .offline, now: 1000, expiresAt: 9000)
        _ = try await database.grant(userID: ada, refresh: .none, now: 1100, expiresAt: 5000)
        _ = try await database.grant(userID: ada, clientID: "old", now: 10, expiresAt: 1500)
        _ = try await database.grant(userID: bob, clientID: "other", now: 1000, expiresAt: 9000)
        let gone = try await database.grant(userID: ada, clientID: "gone", now: 1000, expiresAt: 9000)
        try await database.write {
            _ = try $0.useGrant(first, expiresAt: 9000, now: 1400)
            _ = try $0.revokeGrant(gone, reason: "r", now: 1300)
        }
        let apps = try database.read { (transaction) throws(StorageError) in
            try transaction.appAccess(userID: ada, now: 2000)
        }
        #expect(
            apps == [
                AppAccess(
                    clientID: "app", since: 1000, lastUsed: 1400, expiresAt: 9000, isOffline: true, isOnline: false,
                    scopes: ["patient/*.rs"], patients: ["1"], patientCount: 1)
            ])
    }

    @Test func `a person's sign-ins and failures, newest first, and nobody else's`() async throws {
        let database = try Database(path: ":memory:")
        try await database.write {
            for (action, actor) in [
                ("sign-in", "a"), ("sign-in-failure", "a"), ("consent", "a"), ("sign-in", "b"), ("sign-in", "a"),
            ] {
                try $0.appendAudit(
                    AuditRecord(
                        at: 1, action: action, actor: actor, client: nil, patient: nil, address: nil, outcome: "ok",
                        detail: nil))
            }
        }
        try database.read { (transaction) throws(StorageError) in
            #expect(try transaction.signIns(actor: "a", before: nil, limit: 10).map(\.id) == [5, 2, 1])
            #expect(try transaction.signIns(actor: "a", before: 5, limit: 1).map(\.id) == [2])
            #expect(try transaction.signIns(actor: "c", before: nil, limit: 10).isEmpty)
        }
    }
}

@Suite struct `AU-01 audit` {
    let database: Database
    init() throws { database = try Database(path: ":memory:") }

    @Test func `a record is kept whole, in order, in pages from either end`() async throws {
        let full = AuditRecord(
            at: 5, action: "token", actor: "sub", client: "app", patient: "p", address: "::1", outcome: "ok",
            detail: "{}")
        try await database.write {
            try $0.appendAudit(full)
            for number in 2...5 { try $0.note("\(number)") }
        }
        try database.read { (transaction) throws(StorageError) in
            let first = try transaction.auditRecords(after: nil, limit: 2)
            #expect(first.first == StoredAuditRecord(id: 1, record: full))
            #expect(first.map(\.id) == [1, 2])
            #expect(try transaction.auditRecords(after: 2, limit: 10).map(\.id) == [3, 4, 5])
            #expect(try transaction.auditRecords(before: nil, limit: 2).map(\.id) == [5, 4])
            #expect(try transaction.auditRecords(before: 4, limit: 10).map(\.id) == [3, 2, 1])
        }
    }

    @Test(arguments: ["UPDATE audit SET outcome = 'denied'", "DELETE FROM audit"] as [StaticStringBox])
    func `history is not rewritten`(statement: StaticStringBox) async throws {
        try await database.write { try $0.note("first") }
        await #expect(throws: StorageError.self) {
            try await database.write { try $0.connection.run(statement.text) }
        }
        #expect(try database.notes() == ["first"])
    }

    @Test func `a record goes with what it records`() async throws {
        struct Refused: Error {}
        await #expect(throws: Refused.self) {
            try await database.write {
                try $0.note("granted")
                throw Refused()
            }
        }
        #expect(try database.notes() == [])
    }

    @Test(arguments: ["", "plain", "nul\u{0}inside", "ünïcödé 🩺", "'; DROP TABLE audit; --"])
    func `text comes back as it went in`(text: String) async throws {
        try await database.write { try $0.setProperty(text, text) }
        try await database.write { try $0.setProperty(text, text + text) }
        #expect(
            try database.read { (transaction) throws(StorageError) in try transaction.property(text) } == text + text)
        #expect(try database.read { (transaction) throws(StorageError) in try transaction.property("none") } == nil)
    }
}
