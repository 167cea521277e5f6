package import Encoding
import SMART

/// All that is wrong with a FHIR server as somebody describes it: which member, and why. Never the value.
package struct FHIRServerProblems: Error {
    package let list: [(member: String, reason: String)]
}

extension FHIRServer {
    /// One element of `fhir_servers` in the configuration file, or a registration: read by the same rules.
    package init(_ json: JSON) throws(FHIRServerProblems) {
        guard let object = json.objectValue else { throw FHIRServerProblems(list: [("", "must be an object")]) }
        var members = Members(object)
        let base = members.text("base", "must be a https URL without query and fragment", FHIRBaseURL.init)
        let name = members.text("name")
        let id = members.text("id", "must be lower-case letters, digits and inner hyphens, at most 40") {
            Self.isID($0) ? $0 : nil
        }
        let version = members.text("fhir_version", "must be a FHIR version such as 4.0.1") {
            Self.isVersion($0) ? $0 : nil
        }
        let format = members.text("access_token_format", "must be jwt or opaque", AccessTokenFormat.init(rawValue:))
        let associated = members.objects("associated_endpoints") { AssociatedEndpoint(&$0) }
        let bundle = members.text("user_access_brand_bundle", Members.webURL, WebURL.init)
        let identifier = members.object("user_access_brand_identifier") { BrandIdentifier(&$0) }
        let directory = members.text("directory", "must be imported or live", DirectorySource.init(rawValue:))
        if directory == .live, let base, WebURL(base.value) == nil {
            members.refuse("directory", "live needs a https base (http only on loopback)")
        }
        members.require(["base"])
        guard let base, members.finish().isEmpty else { throw FHIRServerProblems(list: members.finish()) }
        self.init(base: base, name: name ?? base.value, id: id)
        self.directory = directory ?? self.directory
        fhirVersion = version ?? fhirVersion
        accessTokenFormat = format ?? accessTokenFormat
        associatedEndpoints = associated ?? []
        brandBundle = bundle
        brandIdentifier = identifier
    }

    /// Of the form that FHIR's `fhirVersion` has: `4.0.1`, `6.0.0-ballot2`.
    private static func isVersion(_ text: String) -> Bool {
        let core = text.utf8.prefix { $0 != UInt8(ascii: "-") }.split(
            separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return core.count == 3 && core.allSatisfy { UInt16(String(Substring($0))) != nil } && text.utf8.count <= 32
    }
}

extension FHIRServer.AssociatedEndpoint {
    fileprivate init?(_ members: inout Members) {
        let url = members.text("url", Members.webURL, WebURL.init)
        let capabilities = members.texts("capabilities")
        members.require(["url", "capabilities"])
        guard let url, let capabilities else { return nil }
        self.init(url: url, capabilities: capabilities)
    }
}

extension FHIRServer.BrandIdentifier {
    fileprivate init?(_ members: inout Members) {
        let system = members.text("system", "must be an absolute URI") { AbsoluteURI($0)?.text }
        let value = members.text("value")
        members.require(["value"])
        guard let value else { return nil }
        self.init(system: system, value: value)
    }
}

/// Reads an object member by member and keeps every problem that it meets; a member that nobody asked for is one too.
private struct Members {
    private let object: JSONObject
    private var asked: [String] = []
    private var problems: [(member: String, reason: String)] = []

    static let webURL = "must be a https URL (http only on loopback)"

    init(_ object: JSONObject) { self.object = object }

    mutating func refuse(_ name: String, _ reason: String) { problems.append((name, reason)) }

    mutating func require(_ names: [String]) {
        for name in names where object[name] == nil { refuse(name, "is missing") }
    }

    /// All problems, those of unknown members too.
    func finish() -> [(member: String, reason: String)] {
        problems + object.names.filter { !asked.contains($0) }.map { ($0, "there is no such member") }
    }

    mutating func text(_ name: String) -> String? { text(name, "") { $0 } }

    /// A text that means a `T`.
    mutating func text<T>(_ name: String, _ reason: String, _ parse: (String) -> T?) -> T? {
        guard let text = asked(name).flatMap({ text($0, at: name) }) else { return nil }
        guard let value = parse(text) else {
            refuse(name, reason)
            return nil
        }
        return value
    }

    mutating func texts(_ name: String) -> [String]? {
        elements(name)?.enumerated().compactMap { index, json in text(json, at: "\(name)[\(index)]") }
    }

    mutating func objects<T>(_ name: String, _ read: (inout Members) -> T?) -> [T]? {
        elements(name)?.enumerated().compactMap { index, json in object(json, at: "\(name)[\(index)]", read) }
    }

    mutating func object<T>(_ name: String, _ read: (inout Members) -> T?) -> T? {
        asked(name).flatMap { object($0, at: name, read) }
    }

    private mutating func asked(_ name: String) -> JSON? {
        asked.append(name)
        return object[name]
    }

    private mutating func elements(_ name: String) -> [JSON]? {
        guard let json = asked(name) else { return nil }
        guard let elements = json.arrayValue else {
            refuse(name, "must be a list")
            return nil
        }
        return elements
    }

    private mutating func text(_ json: JSON, at path: String) -> String? {
        guard let text = json.stringValue else {
            refuse(path, "must be a string")
            return nil
        }
        guard !text.isEmpty, text.isVisible else {
            refuse(path, text.isEmpty ? "must not be empty" : "must not contain control characters")
            return nil
        }
        return text
    }

    private mutating func object<T>(_ json: JSON, at path: String, _ read: (inout Members) -> T?) -> T? {
        guard let object = json.objectValue else {
            refuse(path, "must be an object")
            return nil
        }
        var inner = Members(object)
        let value = read(&inner)
        problems += inner.finish().map { (path + "." + $0.member, $0.reason) }
        return value
    }
}
