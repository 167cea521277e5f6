import SMART
import Testing

@testable import Policy

@Suite struct `HT-14 Mutated FHIR requests` {
    /// SplitMix64: the same cases on every run, named by their seed.
    struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }

        func picked<T>(_ choices: [T], _ value: UInt64) -> T { choices[Int(value % UInt64(choices.count))] }

        mutating func pick<T>(_ choices: [T]) -> T { picked(choices, next()) }

        mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    }

    /// Requests as they should be: a line, and the form or header that belongs to it.
    private static let requests: [(line: String, form: String?, ifNoneExist: String?)] = [
        ("GET Patient/456", nil, nil), ("GET Observation?patient=456&code=a|b,c", nil, nil),
        ("GET Patient/1/_history/2", nil, nil), ("GET Patient/1/Observation?code=a", nil, nil),
        ("GET Patient/1/*?_type=Goal", nil, nil), ("GET ?_type=Patient,Group&_id=1", nil, nil),
        ("GET _history?_type=Patient", nil, nil), ("POST Patient/1/$everything", nil, nil),
        ("GET metadata?mode=full", nil, nil), ("GET Observation?subject:Patient.organization.name:exact=x", nil, nil),
        ("GET Patient?_has:Observation:patient:_has:AuditEvent:entity:agent=1", nil, nil),
        ("GET Observation?_include:iterate=Observation:subject:Patient&_revinclude=Provenance:target", nil, nil),
        ("GET Medication?_contained=true&_sort=-a.b&_list=42&_in=Group/1", nil, nil),
        ("PUT Patient/1", nil, nil), ("PUT Patient?identifier=a", nil, nil), ("PATCH Patient/1", nil, nil),
        ("DELETE Patient?identifier=a", nil, nil), ("POST Patient", nil, "identifier=a&organization.name=b"),
        ("POST Patient/_search", "name=a&_has:Group:member:_id=1", nil),
        ("POST Patient/1/*/_search?_id=1", "_type=Goal,Condition", nil),
    ]
    private static let nasty = [
        "%00", "%", "%2F", "%ff", "%C3%A9", "+", "&", "=", ";", "?", "#", "\\", "..", "/", "//", ".", ":", "*", ",",
        "_has:", "_include=", "_type=", "$", "\0", "é", "\u{1F600}", "Foo", "Patient", "https://x/", " ", "_",
    ]

    /// Everything here stays text: octets that are not UTF-8 are refused before.
    private static func mutated(_ text: String, _ generator: inout Generator) -> String {
        var octets = Array(text.utf8)
        for _ in 0...generator.below(2) {
            let place = generator.below(octets.count + 1)
            let length = min(generator.below(8), octets.count - place)
            switch generator.below(5) {
            case 0: octets.removeSubrange(place..<place + length)
            case 1: octets.insert(contentsOf: octets[place..<place + length], at: place)
            case 2: octets.insert(UInt8(generator.below(128)), at: place)
            default: octets.replaceSubrange(place..<place + length, with: generator.pick(nasty).utf8)
            }
        }
        return String(decoding: octets, as: UTF8.self)
    }

    /// What holds for whatever came out.
    private static func isSound(_ access: FHIRAccess) -> Bool {
        let types = [access.type, access.compartment?.type].compactMap { $0 }
        let ids = [access.id, access.compartment?.id].compactMap { $0 }
        return types.allSatisfy(FHIRResourceTypes.contains) && ids.allSatisfy { FHIRID($0) != nil }
            && (access.interaction == .operation) == (access.operation != nil)
            && access.letters.isEmpty == [.operation, .capabilities].contains(access.interaction)
            && (access.id == nil || access.type != nil)
    }

    /// Fit for a quoted string in a header.
    private static func isHarmless(_ byte: UInt8) -> Bool {
        (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// How many things are asked for; none of what is refused.
    private static func check(_ result: Result<FHIRRequest, FHIRRequestError>, _ input: String) -> Int {
        switch result {
        case .failure(let error):
            #expect(!error.reason.isEmpty && error.reason.utf8.allSatisfy(isHarmless), "\(error.reason)")
            return 0
        case .success(.single(let accesses)):
            #expect(!accesses.isEmpty && accesses.allSatisfy(isSound), "\(input)")
            return accesses.count
        case .success(.bundle(let bundle)):
            let entries = bundle.entries.compactMap { try? $0.get() }
            #expect(entries.allSatisfy { !$0.isEmpty && $0.allSatisfy(isSound) }, "\(input)")
            return entries.count
        }
    }

    private static func request(
        _ line: String, _ body: [UInt8]? = nil, _ ifNoneExist: String? = nil
    ) -> Result<FHIRRequest, FHIRRequestError> {
        Result { () throws(FHIRRequestError) in
            try FHIRRequest(line: line, body: body, ifNoneExist: ifNoneExist)
        }
    }

    @Test(arguments: Array(1...20) as [UInt64]) func `never trap, and ask for no unknown type`(seed: UInt64) {
        var generator = Generator(state: seed)
        var asked = 0
        for _ in 0..<1_000 {
            let valid = generator.pick(Self.requests)
            let isForm = valid.form != nil && generator.below(2) == 0
            let isHeader = valid.ifNoneExist != nil && generator.below(2) == 0
            let line = isForm || isHeader ? valid.line : Self.mutated(valid.line, &generator)
            let form = valid.form.map { isForm ? Self.mutated($0, &generator) : $0 }
            let header = valid.ifNoneExist.map { isHeader ? Self.mutated($0, &generator) : $0 }
            asked += Self.check(
                Self.request(line, form.map { Array($0.utf8) }, header), "\(line) \(form ?? "") \(header ?? "")")
        }
        #expect(asked > 200)
    }

    @Test(arguments: Array(1...10) as [UInt64]) func `nor do mutated Bundles`(seed: UInt64) {
        var generator = Generator(state: seed)
        var asked = 0
        let bundle = """
            {"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Patient?a.b=c"}},
            {"resource":{"resourceType":"Group","id":"1","x":[{"reference":"Patient?_id=1"}]},
            "request":{"method":"PUT","url":"Group/1"}},{"request":{"method":"DELETE","url":"Patient?_id=1"}}]}
            """
        for _ in 0..<500 {
            let json = Self.mutated(bundle, &generator)
            asked += Self.check(Self.request("POST ", Array(json.utf8)), json)
        }
        #expect(asked > 100)
    }

    @Test func `what was not mutated is a request`() {
        for valid in Self.requests {
            let result = Self.request(valid.line, valid.form.map { Array($0.utf8) }, valid.ifNoneExist)
            #expect(Self.check(result, valid.line) > 0, "\(valid.line)")
        }
    }
}
