import Encoding
import SMART

@testable import Policy

/// Reads the compiled permissions as the specification tells a resource server to: one look-up
/// (`allow[type] ?? allow["*"]`), test the letter, hold to the criteria and the record, subtract the denies.
struct ResourceServer {
    private struct Entry {
        let letters: String
        let criteria: Criteria
        let record: String?
        let hide: [String]
        let readonly: [String]
    }

    private let allow: [String: [Entry]]
    private let deny: [String: [Entry]]

    init(_ permissions: Permissions) {
        allow = Self.entries(permissions.json["allow"])
        deny = Self.entries(permissions.json["deny"])
    }

    private static func entries(_ json: JSON?) -> [String: [Entry]] {
        var entries: [String: [Entry]] = [:]
        for member in json?.objectValue?.members ?? [] {
            entries[member.name] = member.value.arrayValue?.map { row in
                Entry(
                    letters: row["interactions"]?.stringValue ?? "", criteria: Criteria(row["criteria"]?.stringValue),
                    record: row["compartment"]?.stringValue, hide: row["hide"]?.strings ?? [],
                    readonly: row["readonly"]?.strings ?? [])
            }
        }
        return entries
    }

    func answer(_ letter: Character, _ row: Row) -> PolicyModel.Answer? {
        let denies = (deny[row.type] ?? []) + (deny["*"] ?? [])
        if denies.contains(where: { $0.letters.contains(letter) && $0.criteria.isMet(by: row) }) { return nil }
        let rows = (allow[row.type] ?? allow["*"] ?? []).filter { entry in
            entry.letters.contains(letter) && entry.criteria.isMet(by: row)
                && (entry.record.map { Self.isWithin($0, letter, row) } ?? true)
        }
        return .common(of: rows.map { ($0.hide, $0.readonly) }, letter)
    }

    /// A type that is in no record is not narrowed, and only looked up.
    private static func isWithin(_ record: String, _ letter: Character, _ row: Row) -> Bool {
        row.type == "Practitioner" ? "rs".contains(letter) : row.patients.contains { "Patient/\($0)" == record }
    }
}

/// `name=value,value&name=value`, read without the module's help.
struct Criteria {
    private let clauses: [(name: String, values: [String])]

    init(_ text: String?) {
        clauses = (text ?? "").split(separator: "&").map { clause in
            let parts = clause.split(separator: "=", maxSplits: 1).map(String.init)
            return (parts[0], parts[1].split(separator: ",").map { PercentEncoding.decode(String($0)) ?? "?" })
        }
    }

    func isMet(by row: Row) -> Bool {
        clauses.allSatisfy { clause in
            let values = clause.name == "_id" ? [row.id] : row.properties[clause.name] ?? []
            return values.contains(where: clause.values.contains)
        }
    }
}

extension PolicyModel.Answer {
    /// Only what all rows hold back is held back; nil without a row.
    static func common(of rows: [(hide: [String], readonly: [String])], _ letter: Character) -> PolicyModel.Answer? {
        guard let first = rows.first else { return nil }
        var (hidden, readonly) = (Set(first.hide), Set(first.readonly))
        for row in rows {
            hidden.formIntersection(row.hide)
            readonly.formIntersection(row.readonly)
        }
        return PolicyModel.Answer(hidden: hidden, readonly: "cu".contains(letter) ? readonly : [])
    }

    /// What a caller does with a decision that it holds a row to.
    init?(_ decision: Decision, _ letter: Character, _ row: Row) {
        guard case .permit(let any, let except) = decision,
            !except.contains(where: { Criteria($0.text).isMet(by: row) })
        else { return nil }
        let rows = any.filter { remainder in
            Criteria(remainder.criteria?.text).isMet(by: row)
                && (remainder.compartment.map { row.patients.contains($0.value) } ?? true)
        }
        guard let common = Self.common(of: rows.map { ($0.hide, $0.readonly) }, letter) else { return nil }
        self = common
    }
}
