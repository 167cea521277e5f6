extension Schema {
    /// What patients are searched by: every word of name, record number and id, beside the order of the list. A search is a
    /// range of this index, however many patients there are.
    ///
    /// The words of patients that are there already come from their folded text; the next import spells them out further.
    static let patientWords: StaticString = """
        CREATE TABLE patient_words (
            word TEXT NOT NULL,
            patient_id TEXT NOT NULL REFERENCES patients (id) ON DELETE CASCADE,
            PRIMARY KEY (word, patient_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX patient_words_by_patient ON patient_words (patient_id, word);
        CREATE INDEX patients_by_birth_date ON patients (birth_date, sort_key, id);
        WITH RECURSIVE parts (id, word, rest) AS (
            SELECT id, '', replace(search_text, char(31), ' ') || ' ' FROM patients
            UNION ALL
            SELECT id, substr(rest, 1, instr(rest, ' ') - 1), substr(rest, instr(rest, ' ') + 1) FROM parts
            WHERE rest <> '')
        INSERT OR IGNORE INTO patient_words (word, patient_id) SELECT rtrim(word, ','), id FROM parts
        WHERE rtrim(word, ',') <> '';
        """
}

/// What a person looks for in the directory.
package struct PatientSearch: Sendable, Equatable {
    /// Beginnings of words of the name, the record number or the id; all of them must fit. Beyond four they are ignored.
    let words: [String]
    /// As it was typed.
    package let text: String
    /// A whole FHIR `date`.
    package let birthDate: String?
    private let isEndless: Bool

    package init(text: String = "", birthDate: String? = nil) {
        isEndless = text.utf8.count > 200
        self.text = text
        words = isEndless ? [] : SearchText.words(text)
        self.birthDate = birthDate
    }

    /// Whether the search says anything at all.
    package var isEmpty: Bool { words.isEmpty && birthDate == nil && !isEndless }

    /// Whether a patient of a short list fits, by the same rules as in the directory.
    package func fits(_ patient: StoredPatient) -> Bool {
        if isEndless { return false }
        if let birthDate, patient.birthDate != birthDate { return false }
        let own = patient.words
        return words.allSatisfy { word in own.contains { $0.hasPrefix(word) } }
    }

    /// The range of the index that holds the words that begin so.
    fileprivate struct Beginning {
        let from: String?
        let to: String?

        init(_ word: String?) {
            from = word
            to = word.map { $0 + "\u{10FFFF}" }
        }
    }

    /// The longest word first: it narrows most.
    fileprivate var beginnings: [Beginning] {
        let sorted = words.sorted { $0.utf8.count > $1.utf8.count }
        return (0..<4).map { Beginning(sorted.indices.contains($0) ? sorted[$0] : nil) }
    }

    /// Whether the longest word is rare enough for its range to be read first. Shorter ones fit so many that a page of them
    /// is found sooner by going through the list.
    fileprivate var beginsWithWord: Bool { words.contains { $0.unicodeScalars.count > 2 } }

    /// More than any name: nobody is found by it.
    package var findsNothing: Bool { isEndless }
}

extension Reading where Self: ~Copyable {
    /// Those that fit the search, in the order of their names. `after` is the id of the last one of the page before.
    package func patients(
        matching search: PatientSearch, after: String?, limit: Int
    ) throws(StorageError) -> [StoredPatient] {
        if search.findsNothing { return [] }
        if search.birthDate != nil { return try patientsByBirthDate(search, after, limit) }
        return search.beginsWithWord
            ? try patientsByWord(search, after, limit) : try patientsInOrder(search, after, limit)
    }

    private func patientsByBirthDate(
        _ search: PatientSearch, _ after: String?, _ limit: Int
    ) throws(StorageError) -> [StoredPatient] {
        let words = search.beginnings
        return try connection.all(
            """
            SELECT id, family, given, birth_date, gender, identifier FROM patients p
            WHERE birth_date = ?1
                AND (?2 IS NULL OR EXISTS (
                    SELECT 1 FROM patient_words WHERE patient_id = p.id AND word >= ?2 AND word < ?3))
                AND (?4 IS NULL OR EXISTS (
                    SELECT 1 FROM patient_words WHERE patient_id = p.id AND word >= ?4 AND word < ?5))
                AND (?6 IS NULL OR EXISTS (
                    SELECT 1 FROM patient_words WHERE patient_id = p.id AND word >= ?6 AND word < ?7))
                AND (?8 IS NULL OR EXISTS (
                    SELECT 1 FROM patient_words WHERE patient_id = p.id AND word >= ?8 AND word < ?9))
                AND (?10 IS NULL OR (sort_key, id) > (SELECT sort_key, id FROM patients WHERE id = ?10))
            ORDER BY sort_key, id LIMIT ?11
            """, search.birthDate, words[0].from, words[0].to, words[1].from, words[1].to, words[2].from, words[2].to,
            words[3].from, words[3].to, after, page(limit)
        ) { StoredPatient($0) }
    }

    private func patientsByWord(
        _ search: PatientSearch, _ after: String?, _ limit: Int
    ) throws(StorageError) -> [StoredPatient] {
        let words = search.beginnings
        return try connection.all(
            """
            SELECT id, family, given, birth_date, gender, identifier FROM patients p
            WHERE id IN (SELECT patient_id FROM patient_words WHERE word >= ?1 AND word < ?2)
                AND (?3 IS NULL OR EXISTS (
                    SELECT 1 FROM patient_words WHERE patient_id = p.id AND word >= ?3 AND word < ?4))
                AND (?5 IS NULL OR EXISTS (
                    SELECT 1 FROM patient_words WHERE patient_id = p.id AND word >= ?5 AND word < ?6))
                AND (?7 IS NULL OR EXISTS (
                    SELECT 1 FROM patient_words WHERE patient_id = p.id AND word >= ?7 AND word < ?8))
                AND (?9 IS NULL OR (+sort_key, id) > (SELECT sort_key, id FROM patients WHERE id = ?9))
            ORDER BY sort_key, id LIMIT ?10
            """, words[0].from, words[0].to, words[1].from, words[1].to, words[2].from, words[2].to, words[3].from,
            words[3].to, after, page(limit)
        ) { StoredPatient($0) }
    }

    private func patientsInOrder(
        _ search: PatientSearch, _ after: String?, _ limit: Int
    ) throws(StorageError) -> [StoredPatient] {
        let words = search.beginnings
        return try connection.all(
            """
            SELECT id, family, given, birth_date, gender, identifier FROM patients p
            WHERE (?1 IS NULL OR EXISTS (
                    SELECT 1 FROM patient_words WHERE patient_id = p.id AND word >= ?1 AND word < ?2))
                AND (?3 IS NULL OR EXISTS (
                    SELECT 1 FROM patient_words WHERE patient_id = p.id AND word >= ?3 AND word < ?4))
                AND (?5 IS NULL OR EXISTS (
                    SELECT 1 FROM patient_words WHERE patient_id = p.id AND word >= ?5 AND word < ?6))
                AND (?7 IS NULL OR EXISTS (
                    SELECT 1 FROM patient_words WHERE patient_id = p.id AND word >= ?7 AND word < ?8))
                AND (?9 IS NULL OR (sort_key, id) > (SELECT sort_key, id FROM patients WHERE id = ?9))
            ORDER BY sort_key, id LIMIT ?10
            """, words[0].from, words[0].to, words[1].from, words[1].to, words[2].from, words[2].to, words[3].from,
            words[3].to, after, page(limit)
        ) { StoredPatient($0) }
    }
}

extension WriteTransaction {
    func setWords(of patient: StoredPatient) throws(StorageError) {
        try connection.run("DELETE FROM patient_words WHERE patient_id = ?1", patient.id)
        for word in patient.words {
            try connection.run(
                "INSERT INTO patient_words (word, patient_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING", word, patient.id)
        }
    }
}

extension StoredPatient {
    fileprivate var words: [String] {
        [family, given, identifier ?? "", id].flatMap(SearchText.storedWords)
    }
}
