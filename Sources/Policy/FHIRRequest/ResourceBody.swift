import Encoding
import SMART

/// What the resource of a create or update says that its address does not.
enum ResourceBody {
    /// Nil if the resource is not known, or is content of any kind that is put into a Binary.
    static func resource(_ body: RequestBody, of type: String) throws(FHIRRequestError) -> JSONObject? {
        switch body {
        case .unknown: return nil
        case .entry(let resource):
            guard let resource else { throw .missingResource }
            return resource
        case .octets(let octets):
            // R4 Binary: it is also created from content of its own media type.
            if type == "Binary" { return nil }
            guard let json = try? JSON(parsing: octets), let resource = json.objectValue else { throw .json }
            return resource
        }
    }

    /// R4 §3.1.0.4: type and id are those of the address. Which of two that differ a server takes is anybody's guess.
    static func require(_ resource: JSONObject, type: String, id: String?) throws(FHIRRequestError) {
        guard resource["resourceType"]?.stringValue == type else { throw .resourceType }
        guard let id, let own = resource["id"] else { return }
        guard own.stringValue == id else { throw .resourceID }
    }

    /// R4 §3.1.0.11.2: a reference such as `Patient?identifier=12` becomes one to the resource that it finds, and so it
    /// is a search.
    static func searches(in json: JSON) throws(FHIRRequestError) -> [FHIRAccess] {
        var reached = ReachedTypes()
        try addSearches(of: json, to: &reached)
        return reached.accesses
    }

    /// Of a patch in whatever form, as far as it is known.
    static func patch(_ body: RequestBody) throws(FHIRRequestError) -> JSON {
        switch body {
        case .unknown, .entry(nil): return .null
        case .entry(let resource?): return .object(resource)
        case .octets(let octets):
            guard let json = try? JSON(parsing: octets) else { throw .json }
            return json
        }
    }

    /// Not deeper than the JSON reader went.
    private static func addSearches(of value: JSON, to reached: inout ReachedTypes) throws(FHIRRequestError) {
        switch value {
        case .array(let elements):
            for element in elements { try addSearches(of: element, to: &reached) }
        case .object(let object):
            for member in object.members {
                if member.name == "reference", let text = member.value.stringValue {
                    try addSearch(text, to: &reached)
                } else {
                    try addSearches(of: member.value, to: &reached)
                }
            }
        case .null, .bool, .integer, .number, .string: return
        }
    }

    private static func addSearch(_ reference: String, to reached: inout ReachedTypes) throws(FHIRRequestError) {
        let octets = reference.utf8.span
        guard let mark = octets.firstIndex(of: UInt8(ascii: "?")) else { return }
        let type = RequestText.string(octets.extracting(0..<mark))
        guard FHIRResourceTypes.contains(type) else { throw .conditionalReference }
        let criteria = octets.extracting(mark + 1..<octets.count)
        try RequestText.check(criteria)
        let query = try FHIRQuery(.criteria, of: type, reading: criteria)
        guard query.hasCriteria else { throw .noCriteria }
        try reached.add(FHIRAccess(.searchType, type: type, clauses: query.clauses))
        for access in query.reached.accesses { try reached.add(access) }
    }
}
