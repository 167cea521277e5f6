import Testing

@testable import Policy

@Suite struct `FHIR R4 §3.1.0.11 Batch and transaction` {
    struct Entry: Sendable, CustomTestStringConvertible {
        let rule: String
        let json: String
        let result: Result<[String], FHIRRequestError>
        var testDescription: String { rule }

        init(_ rule: String, _ json: String, _ accesses: String...) {
            self.rule = rule
            self.json = json
            result = .success(accesses)
        }

        init(_ rule: String, _ json: String, refused error: FHIRRequestError) {
            self.rule = rule
            self.json = json
            result = .failure(error)
        }
    }

    private static func bundle(_ entries: [String], kind: String = "transaction") throws -> FHIRRequestBundle {
        let json = #"{"resourceType":"Bundle","type":"\#(kind)","entry":[\#(entries.joined(separator: ","))]}"#
        guard case .bundle(let bundle) = try FHIRRequest(line: "POST ", body: Array(json.utf8)) else {
            throw FHIRRequestError.bundleType
        }
        return bundle
    }

    @Test(arguments: entries) func `each entry is a request of its own`(_ entry: Entry) throws {
        let neighbour = #"{"request":{"method":"GET","url":"Patient/1"}}"#
        let bundle = try Self.bundle([neighbour, entry.json, neighbour])
        let read = Result<[String], FHIRRequestError>.success(["read r Patient/1"])
        #expect(bundle.entries.map { $0.map { $0.map(\.notation) } } == [read, entry.result, read])
    }

    private static func request(_ method: String, _ url: String, _ more: String = "") -> String {
        #""request":{"method":"\#(method)","url":"\#(url)"\#(more)}"#
    }

    private static let patient = #""resource":{"resourceType":"Patient"}"#

    private static let entries: [Entry] = [
        Entry("read", "{\(request("GET", "Patient/2"))}", "read r Patient/2"),
        Entry("search", "{\(request("GET", "Observation?patient=456"))}", "search-type s Observation ?patient=456"),
        Entry("create", "{\(patient),\(request("POST", "Patient"))}", "create c Patient"),
        Entry(
            "create with a fullUrl", "{\"fullUrl\":\"urn:uuid:1\",\(patient),\(request("POST", "Patient"))}",
            "create c Patient"),
        Entry(
            "conditional create", "{\(patient),\(request("POST", "Patient", #","ifNoneExist":"identifier=a""#))}",
            "create c Patient", "search-type s Patient ?identifier=a"),
        Entry("update", "{\(patient),\(request("PUT", "Patient/2", #","ifMatch":"W/\"1\"""#))}", "update u Patient/2"),
        Entry(
            "conditional update", "{\(patient),\(request("PUT", "Patient?identifier=a"))}", "update u Patient",
            "search-type s Patient ?identifier=a"),
        Entry(
            "patch", "{\"resource\":{\"resourceType\":\"Parameters\"},\(request("PATCH", "Patient/2"))}",
            "patch u Patient/2"),
        Entry("delete", "{\(request("DELETE", "Patient/2"))}", "delete d Patient/2"),
        Entry(
            "operation", "{\"resource\":{\"resourceType\":\"Parameters\"},\(request("POST", "Patient/$match"))}",
            "operation $match Patient"),
        Entry(
            "conditional reference",
            """
            {"resource":{"resourceType":"Condition","subject":{"reference":"Patient?identifier=a"}},
            \(request("POST", "Condition"))}
            """, "create c Condition", "search-type s Patient ?identifier=a"),
        Entry("no object", "1", refused: .entry), Entry("no request", "{\(patient)}", refused: .entry),
        Entry("no method", #"{"request":{"url":"Patient/1"}}"#, refused: .entry),
        Entry("no url", #"{"request":{"method":"GET"}}"#, refused: .entry),
        Entry("a method that is no text", #"{"request":{"method":1,"url":"Patient/1"}}"#, refused: .entry),
        Entry("an unknown method", "{\(request("get", "Patient/1"))}", refused: .method),
        Entry("an unknown type", "{\(request("GET", "Foo/1"))}", refused: .type("Foo")),
        Entry("an address of another server", "{\(request("GET", "https://x/fhir/Patient/1"))}", refused: .absoluteURL),
        Entry("an absolute path", "{\(request("GET", "/Patient/1"))}", refused: .leadingSlash),
        Entry("a create of another type", "{\(patient),\(request("POST", "Observation"))}", refused: .resourceType),
        Entry("an update of another type", "{\(patient),\(request("PUT", "Group/1"))}", refused: .resourceType),
        Entry(
            "an update of another id",
            "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"3\"},\(request("PUT", "Patient/2"))}",
            refused: .resourceID),
        Entry("a create of nothing", "{\(request("POST", "Patient"))}", refused: .missingResource),
        Entry("an update of nothing", "{\(request("PUT", "Patient/1"))}", refused: .missingResource),
        Entry(
            "a resource that is none", #"{"resource":1,"request":{"method":"POST","url":"Patient"}}"#, refused: .entry),
        Entry("a deletion with a resource", "{\(patient),\(request("DELETE", "Patient/2"))}", refused: .unexpectedBody),
        Entry("a search by POST has no form here", "{\(request("POST", "Patient/_search"))}", refused: .unknownForm),
        Entry(
            "a batch in a batch",
            #"{"resource":{"resourceType":"Bundle","type":"batch"},"request":{"method":"POST","url":""}}"#,
            refused: .nestedBundle),
        Entry(
            "an ifNoneExist that is no text", "{\(patient),\(request("POST", "Patient", #","ifNoneExist":1"#))}",
            refused: .entry),
    ]

    @Test(arguments: [
        (FHIRRequestError.entry, "the entry has no request with a method and a url"),
        (.missingResource, "the entry has no resource to create or update"),
        (.nestedBundle, "an entry cannot be a batch or transaction itself"),
    ])
    func `what is wrong with an entry is said of the entry`(error: FHIRRequestError, reason: String) {
        #expect(error.reason == reason)
    }

    @Test(arguments: ["batch", "transaction"]) func `both kinds are read`(kind: String) throws {
        #expect(try Self.bundle([], kind: kind).kind.rawValue == kind)
    }

    @Test func `a thousand entries are looked at`() throws {
        let entries = Array(repeating: "{\(Self.request("GET", "Patient/2"))}", count: 1000)
        #expect(try Self.bundle(entries).entries.count == 1000)
    }
}
