/// How audit records are chained, so that any other program can do the same:
///
///     hash(0) = SHA-256("lanyard audit chain 1")
///     hash(n) = SHA-256(01 ‖ hash(n-1) ‖ id ‖ at ‖ action ‖ actor ‖ client ‖ patient ‖ address ‖ outcome ‖ detail ‖ subject)
///
/// and of a record with a trace
///
///     hash(n) = SHA-256(02 ‖ hash(n-1) ‖ id ‖ … ‖ subject ‖ trace)
///
/// `01` and `02` are one octet, the version of this encoding. `id` and `at` are 8 octets each, big-endian, two's complement. A text is
/// the octet `00` where it is NULL; else the octet `01`, the number of its octets in 4 octets big-endian, and its octets as
/// they are stored (UTF-8). Each field says where it ends, so that no two records have one encoding.
package struct AuditHashing: Sendable {
    package let genesis: [UInt8]
    private let sha256: SHA256

    package init(sha256: @escaping SHA256) {
        self.sha256 = sha256
        genesis = sha256(Array("lanyard audit chain 1".utf8))
    }

    func hash(_ record: AuditRecord, id: Int64, after previous: [UInt8]) -> [UInt8] {
        var encoding = AuditEncoding(id: id, at: record.at, hasTrace: record.trace != nil, after: previous)
        encoding.text(record.action)
        for text in [
            record.actor, record.client, record.patient, record.address, record.outcome, record.detail, record.subject,
        ] {
            encoding.text(text)
        }
        if let trace = record.trace { encoding.text(trace) }
        return sha256(encoding.octets)
    }

    package func hash(_ link: AuditLink, after previous: [UInt8]) -> [UInt8] {
        var encoding = AuditEncoding(id: link.id, at: link.at, hasTrace: link.trace != nil, after: previous)
        for text in link.texts { encoding.text(text) }
        if let trace = link.trace { encoding.text(trace) }
        return sha256(encoding.octets)
    }
}

/// A record as it is checked: the octets as they are stored, which no decoding has mended.
package struct AuditLink: Sendable, Equatable {
    package let id: Int64
    package let at: Int64
    /// In the order of the encoding.
    package let texts: [[UInt8]?]
    package let trace: [UInt8]?
    /// Nil of a record from before the chain.
    package let hash: [UInt8]?

    package var action: String { text(0) }
    package var detail: String { text(6) }

    private func text(_ index: Int) -> String {
        guard texts.indices.contains(index), let octets = texts[index] else { return "" }
        return String(decoding: octets, as: UTF8.self)
    }
}

private struct AuditEncoding {
    private(set) var octets: [UInt8]

    init(id: Int64, at: Int64, hasTrace: Bool, after previous: [UInt8]) {
        octets = []
        octets.reserveCapacity(384)
        octets.append(hasTrace ? 2 : 1)
        octets += previous
        number(UInt64(bitPattern: id), width: 8)
        number(UInt64(bitPattern: at), width: 8)
    }

    mutating func text(_ value: String?) {
        guard let value else { return octets.append(0) }
        octets.append(1)
        number(UInt64(value.utf8.count), width: 4)
        octets += value.utf8
    }

    mutating func text(_ value: [UInt8]?) {
        guard let value else { return octets.append(0) }
        octets.append(1)
        number(UInt64(value.count), width: 4)
        octets += value
    }

    private mutating func number(_ value: UInt64, width: Int) {
        for place in stride(from: width - 1, through: 0, by: -1) {
            octets.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * place)))
        }
    }
}

extension Reading where Self: ~Copyable {
    /// As they are stored, oldest first, those after the record with the number `after`.
    package func auditLinks(after: Int64, limit: Int) throws(StorageError) -> [AuditLink] {
        let statement: StaticString =
            try connection.pragma("PRAGMA user_version") < Schema.auditTraceVersion
            ? """
            SELECT id, at, hash, NULL, action, actor, client, patient, address, outcome, detail, subject FROM audit
            WHERE id > ?1 ORDER BY id LIMIT ?2
            """
            : """
            SELECT id, at, hash, trace, action, actor, client, patient, address, outcome, detail, subject FROM audit
            WHERE id > ?1 ORDER BY id LIMIT ?2
            """
        return try connection.all(statement, after, page(limit)) { row in
            AuditLink(
                id: row.integer(0), at: row.integer(1), texts: (Int32(4)...11).map { row.optionalBlob($0) },
                trace: row.optionalBlob(3), hash: row.optionalBlob(2))
        }
    }
}
