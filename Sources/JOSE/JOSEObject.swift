import Encoding

/// A JSON object of JOSE, its members read by their types.
struct JOSEObject {
    let json: JSONObject

    init(_ json: JSONObject) { self.json = json }

    /// Exactly one object: duplicate names, anything after it, deeper than 32 levels and bytes that are not UTF-8 are
    /// refused (RFC 8725 §2.4, §3.7). `part` names it in errors.
    init(parsing bytes: [UInt8], as part: String) throws(JOSEError) {
        let value: JSON
        do {
            value = try JSON(parsing: bytes, maximumDepth: 32)
        } catch {
            throw .malformed("\(part): \(error.reason) at \(error.offset)")
        }
        guard let object = value.objectValue else { throw .malformed("\(part): not a JSON object") }
        json = object
    }

    func string(_ name: String) throws(JOSEError) -> String? {
        guard let value = json[name] else { return nil }
        guard let text = value.stringValue else { throw .malformed("\(name) must be a string") }
        return text
    }

    func required(_ name: String) throws(JOSEError) -> String {
        guard let text = try string(name) else { throw .missing(name) }
        return text
    }
}
