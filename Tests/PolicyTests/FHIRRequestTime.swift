import Measuring
import Testing

@testable import Policy

/// Each gets what would be worst for a reader that starts over, or compares each with each.
@Suite(.serialized) struct `HT-08 FHIR requests are read in linear time` {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let line: String
        let form: @Sendable (Int) -> String
        var testDescription: String { name }
    }

    private static func filled(_ start: String, _ piece: String) -> @Sendable (Int) -> String {
        { size in start + String(repeating: piece, count: size / piece.utf8.count) }
    }

    private static let cases: [Case] = [
        Case(name: "ampersands", line: "POST Patient/_search", form: filled("", "&")),
        Case(name: "commas", line: "POST Patient/_search", form: filled("name=", ",")),
        Case(name: "values", line: "POST Patient/_search") { size in
            "name=" + (0..<size / 6).map { String($0 + 10_000) }.joined(separator: ",")
        },
        Case(name: "types", line: "POST _search", form: filled("_type=", "Patient,")),
        Case(name: "escapes", line: "POST Patient/_search", form: filled("name=", "%41")),
        Case(name: "combining marks", line: "POST Patient/_search", form: filled("name=", "%CC%81")),
        Case(name: "a long name", line: "POST Patient/_search", form: filled("", "a")),
        Case(name: "a long chain", line: "POST Patient/_search", form: filled("", "link:Patient.")),
        Case(name: "an escaped name", line: "POST Patient/_search", form: filled("", "%41")),
        Case(name: "slashes", line: "POST Patient/_search", form: filled("code:in=x:", "/")),
        Case(name: "colons", line: "POST Patient/_search", form: filled("_include=", ":")),
        Case(name: "semicolons", line: "POST Patient/_search", form: filled("_format=", ";")),
        Case(name: "members of resources", line: "POST Patient") { size in
            #"{"resourceType":"Patient","x":[\#(String(repeating: #"{"reference":"Patient/1"},"#, count: size / 26))1]}"#
        },
        Case(name: "conditional references", line: "POST Patient") { size in
            let reference = #"{"reference":"Patient?_id=1"},"#
            return #"{"resourceType":"Patient","x":[\#(String(repeating: reference, count: size / 30))1]}"#
        },
    ]

    @Test(arguments: cases) func `ten times the input takes at most twelve times the time`(_ value: Case) {
        let (short, long) = (Array(value.form(6_000).utf8), Array(value.form(60_000).utf8))
        func time(_ body: [UInt8], _ times: Int) -> Double {
            (0..<4).map { _ in
                processorSeconds { for _ in 0..<times { _ = try? FHIRRequest(line: value.line, body: body) } }
            }.min() ?? 0
        }
        let times = max(1, Int(0.002 / max(1e-6, time(short, 1))))
        var ratios: [Double] = []
        while ratios.count < 4, ratios.min() ?? 100 > 12 { ratios.append(time(long, times) / time(short, times)) }
        #expect(isSanitized || ratios.contains { $0 <= 12 }, "\(ratios)")
    }

    @Test func `the worst that fits a line takes milliseconds`() {
        let names = FHIRNames.all
        let hostile = [
            "GET Patient?" + (0..<200).map { "a\($0)=1" }.joined(separator: "&"),
            "GET Patient?" + (0..<200).map { _ in "a=" + String(repeating: "1,", count: 30) }.joined(separator: "&"),
            "GET Observation?" + String(repeating: "subject.x=1&", count: 200),
            "GET Patient?" + names.prefix(63).map { "_revinclude=\($0):x" }.joined(separator: "&"),
        ]
        for line in hostile {
            let seconds = processorSeconds { _ = try? FHIRRequest(line: line) }
            #expect(isSanitized || seconds < 0.1, "\(line.prefix(40))")
        }
    }
}
