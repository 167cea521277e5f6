package import Encoding
import SMART

extension Permissions {
    /// The `allow` and `deny` of a `fhir_permissions` object (RFC 9396 §9.2), types in order.
    package var json: JSONObject {
        ["allow": Self.byType(allow) { $0.json }, "deny": Self.byType(deny) { $0.json }]
    }

    private static func byType<Row>(_ rows: [String: [Row]], _ json: (Row) -> JSONObject) -> JSON {
        .object(
            JSONObject(
                members: rows.sorted { $0.key < $1.key }.map { type, rows in
                    JSONObject.Member(name: type, value: .array(rows.map { .object(json($0)) }))
                }))
    }
}

extension Allowance {
    fileprivate var json: JSONObject {
        var object: JSONObject = ["interactions": .string(interactions.letters)]
        object["criteria"] = criteria.map { .string($0.text) }
        object["compartment"] = compartment.map { .string("Patient/\($0.value)") }
        for (name, values) in [("hide", hide), ("readonly", readonly), ("operations", operations)] where !values.isEmpty
        {
            object[name] = .array(values.map { .string($0) })
        }
        return object
    }
}

extension Denial {
    fileprivate var json: JSONObject {
        var object: JSONObject = ["interactions": .string(interactions.letters)]
        object["criteria"] = criteria.map { .string($0.text) }
        return object
    }
}
