import Encoding
import SMART

/// What a path below the FHIR base addresses: all the shapes of FHIR's REST interface (R4 §3.1.0), and no other.
enum RequestPath: Sendable, Equatable {
    case system
    case capabilities
    case type(String)
    case instance(FHIRReference)
    case version(FHIRReference)
    case history(type: String?, id: String?)
    /// `Patient/1/Observation`; the type is nil for `Patient/1/*`.
    case compartment(FHIRReference, type: String?)
    /// `…/_search`
    case searchForm(type: String?, compartment: FHIRReference?)
    case operation(String, type: String?, id: String?)

    init(_ path: Span<UInt8>) throws(FHIRRequestError) {
        let segments = try Self.segments(path)
        self = try Self.path(segments[0], segments[1], segments[2], segments[3])
    }

    /// Shape by shape. An id has no `_`, `$` or `*` in it, so no two of them overlap.
    private static func path(
        _ first: String?, _ second: String?, _ third: String?, _ fourth: String?
    ) throws(FHIRRequestError) -> RequestPath {
        switch (first, second, third, fourth) {
        case (nil, _, _, _): .system
        case ("metadata", nil, _, _), (".well-known", "smart-configuration", nil, _): .capabilities
        case ("_history", nil, _, _): .history(type: nil, id: nil)
        case ("_search", nil, _, _): .searchForm(type: nil, compartment: nil)
        case (let name?, nil, _, _) where isOperation(name): .operation(try operation(name), type: nil, id: nil)
        case (let type?, nil, _, _): .type(try knownType(type))
        case (let type?, "_history", nil, _): .history(type: try knownType(type), id: nil)
        case (let type?, "_search", nil, _): .searchForm(type: try knownType(type), compartment: nil)
        case (let type?, let name?, nil, _) where isOperation(name):
            .operation(try operation(name), type: try knownType(type), id: nil)
        case (let type?, let id?, nil, _): .instance(try reference(type, id))
        case (let type?, let id?, "_history", nil): .history(type: try knownType(type), id: try logicalID(id))
        case (let type?, let id?, "_search", nil): .searchForm(type: nil, compartment: try compartment(type, id))
        case (let type?, let id?, let name?, nil) where isOperation(name):
            .operation(try operation(name), type: try knownType(type), id: try logicalID(id))
        case (let type?, let id?, let member?, nil):
            .compartment(try compartment(type, id), type: try self.member(member, of: type))
        case (let type?, let id?, "_history", let version?): try self.version(version, of: try reference(type, id))
        case (let type?, let id?, let member?, "_search"):
            .searchForm(type: try self.member(member, of: type), compartment: try compartment(type, id))
        default: throw .path
        }
    }

    private static func segments(_ path: Span<UInt8>) throws(FHIRRequestError) -> InlineArray<4, String?> {
        var segments = InlineArray<4, String?>(repeating: nil)
        guard path.count > 0 else { return segments }
        guard path[0] != UInt8(ascii: "/") else { throw .leadingSlash }
        var count = 0
        var start = 0
        while start <= path.count {
            let end = path.firstIndex(of: UInt8(ascii: "/"), from: start) ?? path.count
            guard end > start else { throw .emptySegment }
            guard count < segments.count else { throw .path }
            segments[count] = try segment(path.extracting(start..<end))
            count += 1
            start = end + 1
        }
        return segments
    }

    /// No FHIR type, id or operation needs an escape, and servers read an encoded slash in more than one way (HT-01).
    private static func segment(_ octets: Span<UInt8>) throws(FHIRRequestError) -> String {
        for index in octets.indices where !RequestText.isNameCharacter(octets[index]) {
            switch octets[index] {
            case UInt8(ascii: "."), UInt8(ascii: "$"), UInt8(ascii: "*"): continue
            case UInt8(ascii: ":") where index == octets.count - 1: throw .absoluteURL
            default: throw .pathCharacter
            }
        }
        let text = RequestText.string(octets)
        guard text != ".", text != ".." else { throw .dotSegment }
        return text
    }

    /// R4 §3.1.0: the name of a resource type, case and all.
    static func knownType(_ name: String) throws(FHIRRequestError) -> String {
        guard FHIRResourceTypes.contains(name) else { throw .type(FHIRRequestError.excerpt(name)) }
        return name
    }

    static func logicalID(_ text: String) throws(FHIRRequestError) -> String {
        guard let id = FHIRID(text) else { throw .id }
        return id.value
    }

    private static func reference(_ type: String, _ id: String) throws(FHIRRequestError) -> FHIRReference {
        FHIRReference(type: try knownType(type), id: try logicalID(id))
    }

    private static func version(_ version: String, of resource: FHIRReference) throws(FHIRRequestError) -> RequestPath {
        guard FHIRID(version) != nil else { throw .id }
        return .version(resource)
    }

    /// The five compartments that R4 defines.
    private static let compartmentTypes: Set<String> = [
        "Device", "Encounter", "Patient", "Practitioner", "RelatedPerson",
    ]

    private static func compartment(_ type: String, _ id: String) throws(FHIRRequestError) -> FHIRReference {
        let reference = try reference(type, id)
        guard compartmentTypes.contains(type) else { throw .compartment(type) }
        return reference
    }

    private static func member(_ name: String, of compartment: String) throws(FHIRRequestError) -> String? {
        if name == "*" { return nil }
        let type = try knownType(name)
        try requireMember(type, of: compartment)
        return type
    }

    /// What a server finds of a type that is not in the compartment is anybody's guess.
    static func requireMember(_ type: String, of compartment: String?) throws(FHIRRequestError) {
        guard compartment != "Patient" || PatientCompartment.contains(type) else { throw .notInCompartment(type) }
    }

    private static func isOperation(_ name: String) -> Bool { name.utf8.first == UInt8(ascii: "$") }

    private static let maximumOperationLength = 64

    /// R4 Operations: `$` and the operation's code.
    private static func operation(_ name: String) throws(FHIRRequestError) -> String {
        let code = name.utf8.dropFirst()
        guard let first = code.first, RequestText.isLetter(first), code.count <= maximumOperationLength,
            code.allSatisfy(RequestText.isNameCharacter)
        else { throw .operationName }
        return name
    }
}
