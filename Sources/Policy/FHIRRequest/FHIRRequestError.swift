/// Why a request is not one whose accesses are known. Such a request is denied, never guessed.
package enum FHIRRequestError: Error, Sendable, Equatable {
    // The line
    case tooLong
    case line
    case method
    case character
    case fragment
    case escape
    // The path
    case absoluteURL
    case leadingSlash
    case outsideBase
    case emptySegment
    case dotSegment
    case pathCharacter
    case path
    case type(String)
    case id
    case operationName
    case compartment(String)
    case notInCompartment(String)
    case methodForPath
    case historyDeletion
    // Parameters
    case tooManyParameters
    case parameterName
    case parameter(String)
    case modifier(String)
    case value(String)
    case repeated(String)
    case opaque(String)
    case noCriteria
    case chainTooLong
    case tooManyAccesses
    // Headers and bodies
    case ifNoneExist
    case unexpectedBody
    case unknownForm
    case unknownBundle
    case json
    case resourceType
    case resourceID
    case conditionalReference
    case bundleType
    case tooManyEntries
    case nestedBundle
    case entry
    case missingResource

    /// For the developer of the client or of the resource server.
    package var reason: String {
        switch self {
        case .tooLong: "the request is longer than is looked at"
        case .line: "a request line is a method, one space and an address relative to the FHIR base"
        case .method: "the method is none of GET, HEAD, POST, PUT, PATCH, DELETE"
        case .character: "only visible ASCII characters stand in an address or a form; others are percent-encoded"
        case .fragment: "an address has no fragment; # is written %23"
        case .escape: "a % is not followed by two hexadecimal digits, or escapes a control character"
        case .absoluteURL: "the address is absolute; it must be relative to the FHIR base"
        case .leadingSlash: "the address begins with a slash; it must be relative to the FHIR base"
        case .outsideBase: "the address is not below the FHIR base"
        case .emptySegment: "the path has an empty segment"
        case .dotSegment: "the path has a segment . or .."
        case .pathCharacter: "the path holds a character or an escape that no FHIR type, id or operation needs"
        case .path: "the path is none of FHIR's REST interface"
        case .type(let name): "\(name) is no resource type of FHIR R4, R4B or R5"
        case .id: "an id is 1 to 64 letters, digits, hyphens and dots"
        case .operationName: "an operation is $ and a letter, then letters, digits, hyphens and underscores"
        case .compartment(let type): "\(type) has no compartment"
        case .notInCompartment(let type): "\(type) is not in that compartment"
        case .methodForPath: "FHIR defines no interaction of that method with that path"
        case .historyDeletion: "deleting history is not supported"
        case .tooManyParameters: "there are too many parameters"
        case .parameterName: "the name of a parameter cannot be read"
        case .parameter(let name): "the parameter \(name) is unknown, or has no meaning in this request"
        case .modifier(let name): "the parameter \(name) does not have that modifier"
        case .value(let name): "the value of the parameter \(name) cannot be read, or could be read in two ways"
        case .repeated(let name): "the parameter \(name) is there more than once"
        case .opaque(let name): "what the parameter \(name) reaches cannot be told from the request"
        case .noCriteria: "a conditional request needs criteria"
        case .chainTooLong: "a chain of parameters has too many links"
        case .tooManyAccesses: "the request reaches too many types at once"
        case .ifNoneExist: "If-None-Exist belongs to a create alone"
        case .unexpectedBody: "this request has no body"
        case .unknownForm: "the form of a search by POST must be given, or its parameters are unknown"
        case .unknownBundle: "the Bundle must be given, or what it asks for is unknown"
        case .json: "the body is not JSON, or is nested too deeply"
        case .resourceType: "the resourceType of the body is not that of the address"
        case .resourceID: "the id of the body is not that of the address"
        case .conditionalReference: "a conditional reference is not a type, ? and criteria"
        case .bundleType: "only a Bundle of type batch or transaction is sent to the base"
        case .tooManyEntries: "the Bundle has too many entries"
        case .nestedBundle: "an entry cannot be a batch or transaction itself"
        case .entry: "the entry has no request with a method and a url"
        case .missingResource: "the entry has no resource to create or update"
        }
    }

    private static let maximumExcerpt = 64

    /// What an error repeats of the input: no more than a name is long, and only what is in names, for a reason may stand
    /// in a header or on a page.
    static func excerpt(_ name: String) -> String {
        let dot = UInt8(ascii: ".")
        let bytes = name.utf8.prefix(maximumExcerpt).map { RequestText.isNameCharacter($0) || $0 == dot ? $0 : 0x3F }
        return String(decoding: bytes, as: UTF8.self)
    }
}
