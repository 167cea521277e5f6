import Encoding

/// A request to a FHIR server, as what must be permitted for it to be: all of it (R4 §3.1.0).
package enum FHIRRequest: Sendable, Equatable {
    /// At least one access; every one must be permitted.
    case single([FHIRAccess])
    /// A batch or transaction, decided entry by entry.
    case bundle(FHIRRequestBundle)

    /// How long a line, an address or the value of If-None-Exist may be.
    static let maximumLength = 16_384

    /// A line relative to the FHIR base, such as `GET Observation?patient=456`. `body` is the form of a search by POST,
    /// the Bundle of a batch or transaction, or the resource of a create or update; nil if it is not known, for which the
    /// first two are refused. `ifNoneExist` is the header's value (R4 §3.1.0.8.1).
    package init(line: String, body: [UInt8]? = nil, ifNoneExist: String? = nil) throws(FHIRRequestError) {
        let octets = line.utf8.span
        guard octets.count <= Self.maximumLength else { throw .tooLong }
        guard let space = octets.firstIndex(of: UInt8(ascii: " ")) else { throw .line }
        try self.init(
            RequestText.string(octets.extracting(0..<space)), octets.extracting(space + 1..<octets.count), body,
            ifNoneExist)
    }

    /// Method and address relative to the FHIR base, given apart.
    package init(
        method: String, target: String, body: [UInt8]? = nil, ifNoneExist: String? = nil
    ) throws(FHIRRequestError) {
        try self.init(method, target.utf8.span, body, ifNoneExist)
    }

    /// Method and absolute path with query, as a gateway has them, under the path of the FHIR base: `/fhir/r4`, or the
    /// empty string.
    package init(
        method: String, path: String, under basePath: String, body: [UInt8]? = nil, ifNoneExist: String? = nil
    ) throws(FHIRRequestError) {
        let target = try Self.target(path, under: basePath)
        try self.init(method, target.utf8.span, body, ifNoneExist)
    }

    /// What comes behind the base and its slash.
    private static func target(_ path: String, under basePath: String) throws(FHIRRequestError) -> String {
        let base = basePath.utf8.last == UInt8(ascii: "/") ? String(basePath.dropLast()) : basePath
        guard path.utf8.starts(with: base.utf8) else { throw .outsideBase }
        let rest = path.utf8.dropFirst(base.utf8.count)
        switch rest.first {
        case nil, UInt8(ascii: "?"): return String(Substring(rest))
        case UInt8(ascii: "/"): return String(Substring(rest.dropFirst()))
        default: throw .outsideBase
        }
    }

    private init(
        _ method: String, _ target: Span<UInt8>, _ body: [UInt8]?, _ ifNoneExist: String?
    ) throws(FHIRRequestError) {
        guard let method = FHIRMethod(rawValue: method) else { throw .method }
        guard method == .post, target.count == 0 || target[0] == UInt8(ascii: "?") else {
            let reader = RequestReader(method: method, body: RequestBody(body), ifNoneExist: ifNoneExist)
            self = .single(try reader.accesses(target))
            return
        }
        guard ifNoneExist == nil else { throw .ifNoneExist }
        try RequestReader.check(target)
        _ = try FHIRQuery(.resource, of: nil, reading: target.extracting(min(1, target.count)..<target.count))
        guard let body else { throw .unknownBundle }
        self = .bundle(try FHIRRequestBundle(body))
    }
}
