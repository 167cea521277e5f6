import Encoding

/// Takes the members of a registration one by one and collects every problem instead of stopping at the first.
struct ClientMetadataReader {
    private(set) var problems: [ClientMetadata.Problem] = []
    private var object: JSONObject

    static let maximumListed = 50
    static let maximumNameLength = 200

    init(_ json: JSON) {
        object = json.objectValue ?? JSONObject()
        if json.objectValue == nil { report("", "must be a JSON object") }
    }

    /// What contradicts itself, unless the member has a problem already that explains it.
    mutating func add(_ contradictions: [ClientMetadata.Problem]) {
        problems += contradictions.filter { found in
            !problems.contains { $0.member.utf8.starts(with: found.member.utf8) }
        }
    }

    /// RFC 7591 §2 lets a server ignore them; an operator would rather hear of the misspelt one.
    mutating func refuseUnknownMembers() {
        for member in object.members { report(member.name, "is not a member of client metadata") }
    }

    /// AD-04: what people read on the consent page can't hide or turn around what they read.
    mutating func name(_ member: String) -> String? {
        string(member, "must be 1 to \(Self.maximumNameLength) characters, all of them visible, no outer space") {
            let scalars = $0.unicodeScalars
            guard (1...Self.maximumNameLength).contains(scalars.count), scalars.allSatisfy(Self.isShown),
                scalars.first != " ", scalars.last != " "
            else { return nil }
            return $0
        }
    }

    mutating func url(_ member: String) -> WebURL? { string(member, Self.webURL, WebURL.init) }

    /// Where this server sends something: no fragment, which never leaves the sender.
    mutating func notificationURL(_ member: String) -> WebURL? {
        string(member, Self.webURL + ", without fragment") { text in
            AbsoluteURI(text)?.fragment == nil ? WebURL(text) : nil
        }
    }

    mutating func keySetURL(_ member: String) -> WebURL? {
        string(member, "must be an https URL") { text in
            WebURL(text).flatMap { AbsoluteURI(text)?.scheme == "https" ? $0 : nil }
        }
    }

    mutating func keySet(_ member: String) -> JSON? {
        guard let json = take(member) else { return nil }
        if json["keys"]?.arrayValue != nil { return json }
        report(member, "must be an object with an array 'keys'")
        return nil
    }

    mutating func contacts(_ member: String) -> [String] {
        list(member, "must be an e-mail address or URL on one line") {
            (1...254).contains($0.utf8.count) && $0.unicodeScalars.allSatisfy(Self.isShown) ? $0 : nil
        } ?? []
    }

    mutating func launchURIs(_ member: String) -> [WebURL] {
        list(member, Self.webURL + ", without fragment and without the parameters iss and launch", Self.launchURI) ?? []
    }

    mutating func origins(_ member: String) -> [String]? {
        list(member, "must be an origin: scheme, host and port of an https URL, in lower case") {
            WebURL($0) != nil && RedirectURI.origin(of: $0) == $0 ? $0 : nil
        }
    }

    mutating func audiences(_ member: String) -> [FHIRBaseURL] {
        list(member, "must be the absolute URL of a FHIR server", FHIRBaseURL.init) ?? []
    }

    mutating func redirectURIs(_ member: String, _ applicationType: ApplicationType) -> [RedirectURI] {
        var uris: [RedirectURI] = []
        for (index, text) in texts(member) ?? [] {
            do {
                uris.append(try RedirectURI(registering: text, applicationType: applicationType))
            } catch {
                report("\(member)[\(index)]", error.reason)
            }
        }
        return uris
    }

    mutating func scope(_ member: String) -> ScopeSet {
        guard let text = string(member, "must be a space-separated list of scopes", { $0 }) else { return .empty }
        let scope = ScopeSet(parsing: text)
        if !scope.rejected.isEmpty {
            let shown = scope.rejected.prefix(5).map { "'\($0.prefix(80))'" }.joined(separator: ", ")
            report(member, "has \(scope.rejected.count) items that are not scopes, such as \(shown)")
        }
        return scope
    }

    mutating func flag(_ member: String) -> Bool {
        guard let json = take(member) else { return false }
        guard let value = json.boolValue else {
            report(member, "must be true or false")
            return false
        }
        return value
    }

    mutating func choice<T: RawRepresentable<String> & CaseIterable>(_ member: String, default usual: T) -> T {
        choice(member) ?? usual
    }

    mutating func choice<T: RawRepresentable<String> & CaseIterable>(_ member: String) -> T? {
        string(member, Self.oneOf(T.self), T.init(rawValue:))
    }

    mutating func choices<T: RawRepresentable<String> & CaseIterable>(_ member: String, default usual: [T]) -> [T] {
        list(member, Self.oneOf(T.self), T.init(rawValue:)) ?? usual
    }

    private static let webURL = "must be an https URL (http only on the machine itself)"

    private static func oneOf<T: RawRepresentable<String> & CaseIterable>(_: T.Type) -> String {
        "must be one of: \(T.allCases.map(\.rawValue).joined(separator: ", "))"
    }

    private static func launchURI(_ text: String) -> WebURL? {
        guard let url = WebURL(text), let uri = AbsoluteURI(text), uri.fragment == nil else { return nil }
        let names = (uri.query ?? "").utf8.split(separator: UInt8(ascii: "&")).map {
            String(Substring($0.prefix { $0 != UInt8(ascii: "=") }))
        }
        return names.contains { ["iss", "launch"].contains(PercentEncoding.decode($0)) } ? nil : url
    }

    /// Letters, marks, digits, punctuation, symbols and the space. Bidirectional controls and invisible joiners are
    /// format characters, and some fillers pass for letters.
    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.properties.isDefaultIgnorableCodePoint { return false }
        return switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        case .spaceSeparator: scalar == " "
        default: true
        }
    }
}

extension ClientMetadataReader {
    private mutating func report(_ member: String, _ reason: String) {
        problems.append(ClientMetadata.Problem(member: member, reason: reason))
    }

    private mutating func take(_ member: String) -> JSON? {
        guard let json = object[member] else { return nil }
        object[member] = nil
        return json
    }

    private mutating func string<T>(_ member: String, _ reason: String, _ read: (String) -> T?) -> T? {
        guard let json = take(member) else { return nil }
        if let value = json.stringValue.flatMap(read) { return value }
        report(member, reason)
        return nil
    }

    /// The strings of an array with their places, repeats left out; nil if the member isn't there.
    private mutating func texts(_ member: String) -> [(index: Int, text: String)]? {
        guard let json = take(member) else { return nil }
        guard let texts = json.strings, texts.count <= Self.maximumListed else {
            report(member, "must be an array of at most \(Self.maximumListed) strings")
            return []
        }
        var seen: Set<[UInt8]> = []
        let first = texts.enumerated().filter { seen.insert(Array($0.element.utf8)).inserted }
        return first.map { ($0.offset, $0.element) }
    }

    private mutating func list<T>(_ member: String, _ reason: String, _ read: (String) -> T?) -> [T]? {
        guard let texts = texts(member) else { return nil }
        var values: [T] = []
        for (index, text) in texts {
            if let value = read(text) { values.append(value) } else { report("\(member)[\(index)]", reason) }
        }
        return values
    }
}
