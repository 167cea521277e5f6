package import Encoding

/// What an app is launched with, and told in the token response (SMART App Launch 2.2, "Launch context"; CTX-1 to CTX-8).
package struct LaunchContext: Sendable, Equatable {
    package var patient: FHIRID?
    package var encounter: FHIRID?
    package var fhirContext: [FHIRContextItem] = []
    package var intent: String?
    package var needPatientBanner: Bool?
    package var smartStyleURL: String?
    package var tenant: String?
    /// Named by a full URI or with two underscores (CTX-8).
    package var extensions = JSONObject()

    static let maximumItems = 100

    package init() {}

    /// Reads the members of a token response strictly: an unknown one is an error, never ignored.
    package init(_ json: JSON) throws(LaunchContextError) {
        guard let object = json.objectValue else { throw LaunchContextError("", "must be an object") }
        var reader = ContextReader(object)
        patient = try reader.value("patient", "must be the id of a Patient alone, without its type", Self.id)
        encounter = try reader.value("encounter", "must be the id of an Encounter alone, without its type", Self.id)
        let items = try reader.value(
            "fhirContext", "must be an array of at most \(Self.maximumItems) objects", Self.list)
        fhirContext = try Self.items(items ?? [])
        intent = try reader.string("intent", "must be 1 to 255 characters on one line", Self.isLine)
        needPatientBanner = try reader.value("need_patient_banner", "must be true or false") { $0.boolValue }
        smartStyleURL = try reader.string("smart_style_url", "must be an https URL") { WebURL($0) != nil }
        tenant = try reader.string("tenant", "must be 1 to 255 characters on one line", Self.isLine)
        extensions = try reader.extensions()
    }

    /// The members of the token response, in their order.
    package var json: JSONObject { json(fhirContext: .objects) }

    /// The same for a client that reads `fhirContext` as SMART 2.0 had it.
    package func json(fhirContext version: FHIRContextVersion) -> JSONObject {
        var object = JSONObject()
        object["patient"] = patient.map { .string($0.value) }
        object["encounter"] = encounter.map { .string($0.value) }
        let items: [JSON] =
            switch version {
            case .objects: fhirContext.map { .object($0.json) }
            case .strings: version2_0Strings.map { .string($0) }
            }
        if !items.isEmpty { object["fhirContext"] = .array(items) }
        object["intent"] = intent.map { .string($0) }
        object["need_patient_banner"] = needPatientBanner.map { .bool($0) }
        object["smart_style_url"] = smartStyleURL.map { .string($0) }
        object["tenant"] = tenant.map { .string($0) }
        object.members += extensions.members
        return object
    }

    /// `fhirContext` of SMART 2.0: relative references. What has another role or no reference can't be said there.
    package var version2_0Strings: [String] { fhirContext.compactMap(\.version2_0String) }

    private static func items(_ list: [JSON]) throws(LaunchContextError) -> [FHIRContextItem] {
        var items: [FHIRContextItem] = []
        for (index, json) in list.enumerated() {
            items.append(try FHIRContextItem(json, path: "fhirContext[\(index)]"))
        }
        return items
    }

    private static func id(_ json: JSON) -> FHIRID? { json.stringValue.flatMap(FHIRID.init) }

    private static func list(_ json: JSON) -> [JSON]? {
        guard let list = json.arrayValue, list.count <= maximumItems else { return nil }
        return list
    }

    private static func isLine(_ text: String) -> Bool {
        (1...255).contains(text.utf8.count) && !text.utf8.contains(where: \.isControl)
    }
}
