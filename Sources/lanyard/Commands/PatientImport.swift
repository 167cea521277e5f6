import Encoding
import HTTP

extension Command {
    static let patientImport = Command(
        "patient import", "fill the patient directory from FHIR",
        arguments: [Argument("FILE|-", "a FHIR Bundle or NDJSON with Patient and Encounter, or - for standard input")],
        options: Option.administration,
        notes: ["What is there already is brought up to date. Other resources are skipped and listed."]
    ) { invocation in
        let content = try invocation.console.read(try invocation.argument(0))
        let client = try invocation.administration()
        var total = ImportTotal()
        for part in ImportPart.parts(of: content) {
            let answer = try await client.send(
                .post, "/admin/v1/patients", body: part.body, contentType: part.contentType)
            total.add(answer, firstLine: part.firstLine)
        }
        for line in total.skippedLines { invocation.console.note("skipped: \(SafeText.line(line))\n") }
        invocation.answer(total.json) { _ in total.sentence + "\n" }
    }
}

/// A piece of the file that one request carries: whole lines of NDJSON. A Bundle too long for one request goes as lines
/// too, one for each entry.
struct ImportPart: Sendable, Equatable {
    let body: [UInt8]
    let contentType: String
    /// The number of its first line in the file, from 0.
    let firstLine: Int64

    static let size = 512 * 1024

    static func parts(of content: [UInt8], size: Int = size) -> [ImportPart] {
        if isLines(content) { return parts(ofLines: content, size: size) }
        guard content.count > size, let entries = (try? JSON(parsing: content))?["entry"]?.arrayValue else {
            return [ImportPart(body: content, contentType: "application/fhir+json", firstLine: 0)]
        }
        let lines = entries.map { $0["resource"]?.serialized() ?? [] }
        return parts(ofLines: Array(lines.joined(separator: [0x0A])), size: size)
    }

    private static func parts(ofLines content: [UInt8], size: Int) -> [ImportPart] {
        var parts: [ImportPart] = []
        var body: [UInt8] = []
        var firstLine: Int64 = 0
        var lines: Int64 = 0
        for line in content.split(separator: 0x0A, omittingEmptySubsequences: false) {
            if !body.isEmpty, body.count + line.count >= size {
                parts.append(ImportPart(body: body, contentType: "application/fhir+ndjson", firstLine: firstLine))
                body = []
                firstLine = lines
            }
            body += Array(line) + [0x0A]
            lines += 1
        }
        parts.append(ImportPart(body: body, contentType: "application/fhir+ndjson", firstLine: firstLine))
        return parts
    }

    /// NDJSON: its first line that is not blank is a JSON value of its own and no Bundle.
    private static func isLines(_ content: [UInt8]) -> Bool {
        let first = content.split(separator: 0x0A).first { line in !line.allSatisfy { $0 == 0x20 || $0 == 0x0D } }
        guard let first, let json = try? JSON(parsing: Array(first)) else { return false }
        return json["resourceType"]?.stringValue != "Bundle"
    }
}

/// The sum of the answers to all parts.
struct ImportTotal: Sendable, Equatable {
    private(set) var patients: Int64 = 0
    private(set) var encounters: Int64 = 0
    private(set) var skipped: [JSON] = []

    mutating func add(_ answer: JSON, firstLine: Int64) {
        patients += answer["patients"]?.integerValue ?? 0
        encounters += answer["encounters"]?.integerValue ?? 0
        for entry in answer["skipped"]?.arrayValue ?? [] {
            guard var object = entry.objectValue else { continue }
            if let line = object["line"]?.integerValue { object["line"] = .integer(line &+ firstLine) }
            skipped.append(.object(object))
        }
    }

    var json: JSON {
        ["patients": .integer(patients), "encounters": .integer(encounters), "skipped": .array(skipped)]
    }

    var skippedLines: [String] {
        skipped.map { entry in
            let reason = entry["reason"]?.stringValue ?? ""
            return entry["line"]?.integerValue.map { "line \($0): \(reason)" } ?? reason
        }
    }

    var sentence: String { "imported \(patients) patients and \(encounters) encounters, skipped \(skipped.count)" }
}
