import Encoding
import SMART
import Storage

/// Reads what a FHIR server answered. It is another program's word: types and ids are held to what was asked, texts are
/// cut to what a page can show.
struct FHIRAnswer: Sendable {
    private let json: JSON

    /// The resources of a search that fit, and the path of the next page behind the base.
    struct Found: Sendable {
        let resources: [JSON]
        let next: String?
    }

    private static let mostEntries = 200

    init(_ json: JSON) {
        self.json = json
    }

    // MARK: Searches

    func found(_ type: String, base: FHIRBaseURL) throws(DirectoryTrouble) -> Found {
        guard json["resourceType"] == "Bundle", json["type"] == "searchset" else {
            throw .unusable("the answer to a search is no searchset")
        }
        let entries = try list("entry")
        guard entries.count <= Self.mostEntries else { throw .unusable("more entries than any page holds") }
        var resources: [JSON] = []
        for entry in entries {
            // FHIR R4 §3.1.1.7: warnings, and what was not asked for.
            if let mode = entry["search"]?["mode"], mode != "match" { continue }
            guard let resource = entry["resource"], resource["resourceType"] == .string(type) else {
                throw .unusable("an entry that is no \(type)")
            }
            resources.append(resource)
        }
        return Found(resources: resources, next: try next(type, base))
    }

    private func list(_ name: String) throws(DirectoryTrouble) -> [JSON] {
        guard let member = json[name] else { return [] }
        guard let list = member.arrayValue else { throw .unusable("\(name) is no list") }
        return list
    }

    /// Only a search of this very server is followed: the token goes along.
    private func next(_ type: String, _ base: FHIRBaseURL) throws(DirectoryTrouble) -> String? {
        guard let link = try list("link").first(where: { $0["relation"] == "next" }) else { return nil }
        guard let text = link["url"]?.stringValue, let uri = AbsoluteURI(text), uri.fragment == nil,
            uri.query != nil, text.utf8.starts(with: base.value.utf8)
        else { throw .unusable("the next page is not at this server's base") }
        let path = String(Substring(text.utf8.dropFirst(base.value.utf8.count)))
        let places = ["", "/", "/\(type)", "/\(type)/", "/\(type)/_search"]
        guard places.contains(String(path.prefix { $0 != "?" })) else {
            throw .unusable("the next page is not a search of its type")
        }
        return path
    }

    // MARK: Resources

    func patient(_ asked: FHIRID? = nil) throws(DirectoryTrouble) -> StoredPatient {
        let id = try id("Patient", asked)
        let record = StoredPatient(fhir: json)
        let names = json["name"]?.arrayValue ?? []
        // A person without a family name, or without any, is still one that can be chosen.
        let given = names.first?["given"]?.strings?.joined(separator: " ")
        return StoredPatient(
            id: id.value, family: Self.line(record?.family) ?? Self.line(given) ?? id.value,
            given: Self.line(record?.given) ?? "",
            birthDate: json["birthDate"]?.stringValue.flatMap { PatientQuery.isDate($0) ? $0 : nil },
            gender: Self.code(json["gender"]), identifier: Self.line(record?.identifier))
    }

    func encounter(_ asked: FHIRID? = nil, base: FHIRBaseURL) throws(DirectoryTrouble) -> StoredEncounter {
        let id = try id("Encounter", asked)
        guard let record = StoredEncounter(fhir: json, base: base) else {
            throw .unusable("an Encounter without a patient of this server")
        }
        return StoredEncounter(
            id: id.value, patient: record.patient, start: record.start, status: Self.code(json["status"]) ?? "unknown",
            title: Self.line(record.title) ?? id.value)
    }

    private func id(_ type: String, _ asked: FHIRID?) throws(DirectoryTrouble) -> FHIRID {
        guard json["resourceType"] == .string(type) else { throw .unusable("the answer is no \(type)") }
        guard let id = json["id"]?.stringValue.flatMap(FHIRID.init) else {
            throw .unusable("a \(type) without a valid id")
        }
        if let asked, asked != id { throw .unusable("another \(type) than the one that was asked for") }
        return id
    }

    // MARK: Texts

    private static let longestLine = 120

    private static func line(_ text: String?) -> String? {
        guard let text, let strict = String(strictUTF8: Array(text.prefix(longestLine).utf8)) else { return nil }
        let line = strict.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.isEmpty ? nil : line
    }

    /// FHIR R4 §2.24.0.1, narrowed to what codes of statuses and genders are made of.
    private static func code(_ json: JSON?) -> String? {
        guard let text = json?.stringValue, (1...40).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "-") })
        else { return nil }
        return text
    }
}
