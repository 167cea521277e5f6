import SMART

/// What a scope string permits, request by request, read straight from the text of SMART's scope page and without any
/// algebra: the judge of the algebra.
///
/// A request is a letter on a record; a record is somebody's, of a type, and carries any of two categories and two
/// statuses. There are few enough to hold them all: one word for each owner, type and letter, one bit in it for each of
/// the 16 choices of codes.
struct DecisionModel {
    /// What is no resource scope: each stands for itself.
    private(set) var others: Set<String> = []
    private var requests: [[UInt16]]

    /// Whose record it is.
    private enum Owner: CaseIterable { case ownPatient, otherPatient, system, auth }

    /// `Encounter` is never named by a generated scope: a type of the future.
    private static let records: [(owner: Owner, type: String)] = Owner.allCases.flatMap { owner in
        (owner == .auth ? ["Client", "Token"] : ["Patient", "Observation", "Encounter"]).map { (owner, $0) }
    }

    init(_ text: String, reading: ScopeSet.Reading) {
        requests = Self.records.map { _ in Array(repeating: 0, count: 5) }
        for piece in text.split(separator: " ").map(String.init) where !add(piece, reading) { others.insert(piece) }
    }

    /// Every request, in one order.
    var permitted: [UInt16] { Array(requests.joined()) }

    static func isSubset(_ left: [UInt16], of right: [UInt16]) -> Bool { minus(left, right).allSatisfy { $0 == 0 } }
    static func both(_ left: [UInt16], _ right: [UInt16]) -> [UInt16] { zip(left, right).map { $0 & $1 } }
    static func either(_ left: [UInt16], _ right: [UInt16]) -> [UInt16] { zip(left, right).map { $0 | $1 } }
    static func minus(_ left: [UInt16], _ right: [UInt16]) -> [UInt16] { zip(left, right).map { $0 & ~$1 } }

    /// Permits what one scope permits; false if the text is none for resources.
    private mutating func add(_ text: String, _ reading: ScopeSet.Reading) -> Bool {
        let halves = text.split(separator: "?", maxSplits: 1).map(String.init)
        let head = halves[0].split(whereSeparator: { $0 == "/" || $0 == "." }).map(String.init)
        guard head.count == 3, ["patient", "user", "system", "auth"].contains(head[0]) else { return false }
        let word = ["read": "rs", "write": "cud", "*": "cruds"][head[2]] ?? head[2]
        let codes = halves.count > 1 ? Self.codes(halves[1]) : .max
        for (row, record) in Self.records.enumerated() {
            guard Self.isReached(record.owner, by: head[0], reading), head[1] == "*" || head[1] == record.type else {
                continue
            }
            for (column, letter) in "cruds".enumerated() where word.contains(letter) { requests[row][column] |= codes }
        }
        return true
    }

    /// `patient/` is about the patient in context. `user/` means every patient for a role; with the levels apart it is
    /// modelled as everybody else.
    private static func isReached(_ owner: Owner, by level: String, _ reading: ScopeSet.Reading) -> Bool {
        switch owner {
        case .ownPatient: level == "patient" || (level == "user" && reading == .role)
        case .otherPatient: level == "user"
        case .system: level == "system"
        case .auth: level == "auth"
        }
    }

    /// The choices of codes that meet every clause. Bits 0 and 1 of a choice are the categories a and b, 2 and 3 the
    /// statuses a and b.
    private static func codes(_ constraint: String) -> UInt16 {
        let clauses = constraint.split(separator: "&").map { clause in
            let parts = clause.split(separator: "=").map(String.init)
            let accepted = (parts[1].contains("a") ? 1 : 0) | (parts[1].contains("b") ? 2 : 0)
            return parts[0] == "category" ? accepted : accepted << 2
        }
        var met: UInt16 = 0
        for choice in 0..<16 where clauses.allSatisfy({ $0 & choice != 0 }) { met |= 1 << UInt16(choice) }
        return met
    }
}
