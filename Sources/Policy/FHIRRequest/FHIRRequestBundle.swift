import Encoding

/// A batch or transaction (R4 §3.1.0.11): each entry is a request of its own, or has a problem of its own.
package struct FHIRRequestBundle: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case batch, transaction
    }

    package let kind: Kind
    package let entries: [Result<[FHIRAccess], FHIRRequestError>]

    static let maximumEntries = 1_000

    init(_ octets: [UInt8]) throws(FHIRRequestError) {
        guard let json = try? JSON(parsing: octets), let bundle = json.objectValue else { throw .json }
        guard bundle["resourceType"]?.stringValue == "Bundle",
            let kind = bundle["type"]?.stringValue.flatMap(Kind.init(rawValue:))
        else { throw .bundleType }
        let entries = bundle["entry"]?.arrayValue ?? []
        guard bundle["entry"] == nil || bundle["entry"]?.arrayValue != nil else { throw .json }
        guard entries.count <= Self.maximumEntries else { throw .tooManyEntries }
        self.kind = kind
        self.entries = entries.map { entry in
            Result { () throws(FHIRRequestError) in try Self.accesses(entry) }
        }
    }

    private static func accesses(_ entry: JSON) throws(FHIRRequestError) -> [FHIRAccess] {
        guard let request = entry["request"]?.objectValue, let name = request["method"]?.stringValue,
            let url = request["url"]?.stringValue
        else { throw .entry }
        guard let method = FHIRMethod(rawValue: name) else { throw .method }
        let reader = RequestReader(
            method: method, body: .entry(try object(entry["resource"])),
            ifNoneExist: try string(request["ifNoneExist"]))
        return try reader.accesses(url.utf8.span)
    }

    /// Nil for a member that is not there; what is there must be what it should be.
    private static func object(_ value: JSON?) throws(FHIRRequestError) -> JSONObject? {
        guard let value else { return nil }
        guard let object = value.objectValue else { throw .entry }
        return object
    }

    private static func string(_ value: JSON?) throws(FHIRRequestError) -> String? {
        guard let value else { return nil }
        guard let string = value.stringValue else { throw .entry }
        return string
    }
}
