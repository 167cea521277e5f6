import Encoding

/// The envelope that every sample resource has.
enum FHIRResource {
    /// A resource with its id and meta, then `members`; those that are nil are left out.
    /// `confidentiality`: the label of what not all may see.
    static func make(
        _ type: String, id: String, confidentiality: Coding? = nil, _ members: KeyValuePairs<String, JSON?>
    ) -> JSON {
        var resource = JSONObject()
        resource["resourceType"] = .string(type)
        resource["id"] = .string(id)
        var meta: JSONObject = ["versionId": "1", "lastUpdated": "2026-01-15T09:00:00Z"]
        if let confidentiality { meta["security"] = [confidentiality.json] }
        resource["meta"] = .object(meta)
        for (name, value) in members { resource[name] = value }
        return .object(resource)
    }

    static func reference(_ target: String, _ display: String? = nil) -> JSON {
        var reference: JSONObject = ["reference": .string(target)]
        reference["display"] = display.map { .string($0) }
        return .object(reference)
    }

    static func name(given: String, family: String, prefix: String? = nil) -> JSON {
        var name: JSONObject = ["use": "official", "family": .string(family), "given": [.string(given)]]
        name["prefix"] = prefix.map { [.string($0)] }
        return [.object(name)]
    }

    /// A measured amount in a unit of UCUM.
    static func quantity(_ value: Double, _ unit: String) -> JSON {
        let whole = value == value.rounded() ? Int64(exactly: value) : nil
        return [
            "value": whole.map { .integer($0) } ?? .number(value), "unit": .string(unit),
            "system": "http://unitsofmeasure.org",
            "code": .string(unit),
        ]
    }
}
