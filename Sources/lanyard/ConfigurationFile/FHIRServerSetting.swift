import AuthorizationServer
import Encoding
import SMART

extension FHIRServer {
    /// One element of `fhir_servers`.
    init(_ json: JSON) throws(SettingProblems) {
        var members = try MemberReader(json)
        let base = members.value("base") { (json) throws(SettingProblems) in
            try SettingValue.parsed(json, "must be a https URL without query and fragment", FHIRBaseURL.init)
        }
        let name = members.text("name")
        let id = members.value("id") { (json) throws(SettingProblems) in
            try SettingValue.parsed(json, "must be lower-case letters, digits and inner hyphens, at most 40") {
                FHIRServer.isID($0) ? $0 : nil
            }
        }
        let version = members.value("fhir_version", Self.version)
        let format = members.value("access_token_format") { (json) throws(SettingProblems) in
            try SettingValue.parsed(json, "must be jwt or opaque", AccessTokenFormat.init(rawValue:))
        }
        let associated = members.value("associated_endpoints") { (json) throws(SettingProblems) in
            try SettingValue.list(json) { (json) throws(SettingProblems) in try AssociatedEndpoint(json) }
        }
        let bundle = members.value("user_access_brand_bundle", SettingValue.webURL)
        let identifier = members.value("user_access_brand_identifier") { (json) throws(SettingProblems) in
            try BrandIdentifier(json)
        }
        let directory = members.value("directory") { (json) throws(SettingProblems) in
            try SettingValue.parsed(json, "must be imported or live", DirectorySource.init(rawValue:))
        }
        members.require("base")
        try members.finish()
        guard let base else { throw SettingProblems("base: is missing") }
        if directory == .live, WebURL(base.value) == nil {
            throw SettingProblems([
                SettingProblem(member: "directory", reason: "live needs a https base (http only on loopback)")
            ])
        }
        self.init(base: base, name: name ?? base.value, id: id)
        self.directory = directory ?? self.directory
        fhirVersion = version ?? fhirVersion
        accessTokenFormat = format ?? accessTokenFormat
        associatedEndpoints = associated ?? []
        brandBundle = bundle
        brandIdentifier = identifier
    }

    /// Of the form that FHIR's `fhirVersion` has: `4.0.1`, `6.0.0-ballot2`.
    private static func version(_ json: JSON) throws(SettingProblems) -> String {
        try SettingValue.parsed(json, "must be a FHIR version such as 4.0.1") { text in
            let core = text.utf8.prefix { $0 != UInt8(ascii: "-") }.split(
                separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            let isVersion = core.count == 3 && core.allSatisfy { UInt16(String(Substring($0))) != nil }
            return isVersion && text.utf8.count <= 32 ? text : nil
        }
    }
}

extension FHIRServer.AssociatedEndpoint {
    init(_ json: JSON) throws(SettingProblems) {
        var members = try MemberReader(json)
        let url = members.value("url", SettingValue.webURL)
        let capabilities = members.value("capabilities") { (json) throws(SettingProblems) in
            try SettingValue.list(json) { (json) throws(SettingProblems) in try SettingValue.text(json) }
        }
        for name in ["url", "capabilities"] { members.require(name) }
        try members.finish()
        guard let url, let capabilities else { throw SettingProblems("url: is missing") }
        self.init(url: url, capabilities: capabilities)
    }
}

extension FHIRServer.BrandIdentifier {
    init(_ json: JSON) throws(SettingProblems) {
        var members = try MemberReader(json)
        let system = members.value("system") { (json) throws(SettingProblems) in
            try SettingValue.parsed(json, "must be an absolute URI") { AbsoluteURI($0)?.text }
        }
        let value = members.text("value")
        members.require("value")
        try members.finish()
        guard let value else { throw SettingProblems("value: is missing") }
        self.init(system: system, value: value)
    }
}

extension SettingValue {
    /// A text that means a `T`.
    static func parsed<T>(_ json: JSON, _ reason: String, _ parse: (String) -> T?) throws(SettingProblems) -> T {
        guard let value = parse(try text(json)) else { throw SettingProblems(reason) }
        return value
    }

    static func webURL(_ json: JSON) throws(SettingProblems) -> WebURL {
        try parsed(json, "must be a https URL (http only on loopback)", WebURL.init)
    }
}
