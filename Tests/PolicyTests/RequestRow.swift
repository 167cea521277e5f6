import SMART
import Testing

@testable import Policy

/// One rule of FHIR's REST interface: a request, and each thing that must be permitted for it, in the notation below.
struct RequestRow: Sendable, CustomTestStringConvertible {
    let rule: String
    let line: String
    var body: String?
    var ifNoneExist: String?
    let accesses: [String]
    var testDescription: String { "\(rule): \(line)" }

    init(_ rule: String, _ line: String, body: String? = nil, ifNoneExist: String? = nil, _ accesses: String...) {
        self.rule = rule
        self.line = line
        self.body = body
        self.ifNoneExist = ifNoneExist
        self.accesses = accesses
    }

    func request() throws(FHIRRequestError) -> FHIRRequest {
        try FHIRRequest(line: line, body: body.map { Array($0.utf8) }, ifNoneExist: ifNoneExist)
    }
}

/// A request that is refused, and why.
struct RefusedRow: Sendable, CustomTestStringConvertible {
    let rule: String
    let line: String
    var body: String?
    var ifNoneExist: String?
    let error: FHIRRequestError
    var testDescription: String { "\(rule): \(line.prefix(100))" }

    init(
        _ rule: String, _ line: String, body: String? = nil, ifNoneExist: String? = nil, _ error: FHIRRequestError
    ) {
        self.rule = rule
        self.line = line
        self.body = body
        self.ifNoneExist = ifNoneExist
        self.error = error
    }

    func request() throws(FHIRRequestError) -> FHIRRequest {
        try FHIRRequest(line: line, body: body.map { Array($0.utf8) }, ifNoneExist: ifNoneExist)
    }
}

extension FHIRAccess {
    /// `search-type s Observation in Patient/1 ?code=a,b`, `operation $everything Patient/1`, `read r Patient/1`.
    var notation: String {
        let target = [type ?? "*", id].compactMap { $0 }.joined(separator: "/")
        let parts: [String?] = [
            interaction.rawValue, letters.letters.isEmpty ? nil : letters.letters, operation, target,
            compartment.map { "in \($0.type)/\($0.id)" },
            clauses.isEmpty ? nil : "?" + clauses.map(\.text).joined(separator: "&"),
        ]
        return parts.compactMap { $0 }.joined(separator: " ")
    }
}

extension FHIRRequest {
    /// Nil for a bundle.
    var notations: [String]? {
        guard case .single(let accesses) = self else { return nil }
        return accesses.map(\.notation)
    }
}
