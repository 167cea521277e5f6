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

    private static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
    private static let targets = [
        "Patient/456", "Observation?patient=456&code=a|b,c", "Patient/1/_history/2", "Patient/1/Observation?code=a",
        "Patient/1/*?_type=Goal", "?_type=Patient,Group&_id=1", "_history?_type=Patient", "Patient/1/$everything",
        "metadata?mode=full", "Patient?_has:Observation:patient:_has:AuditEvent:entity:agent=1",
        "Observation?subject:Patient.organization.name:exact=x", "Patient/_search", "Patient/1/*/_search",
        "Observation?_include:iterate=Observation:subject:Patient&_revinclude=Provenance:target", "",
        "Medication?_contained=true&_sort=-a.b&_list=42&_in=Group/1",
    ]
    private static let nasty = [
        "%00", "%", "%2F", "%ff", "%C3%A9", "+", "&", "=", ";", "?", "#", "\\", "..", "/", "//", ".", ":", "*", ",",
        "_has:", "_include=", "_type=", "$", "\0", "é", "\u{1F600}", "Foo", "Patient", "https://x/", " ", "_",
    ]

    /// Everything here stays text: octets that are not UTF-8 are refused before.
    private static func mutated(_ text: String, _ generator: inout Generator) -> String {
        var octets = Array(text.utf8)
        for _ in 0...generator.below(3) {
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

    private static func check(_ result: Result<FHIRRequest, FHIRRequestError>, _ input: String) {
        switch result {
        case .failure(let error): #expect(!error.reason.isEmpty)
        case .success(.single(let accesses)):
            #expect(!accesses.isEmpty && accesses.allSatisfy(isSound), "\(input)")
        case .success(.bundle(let bundle)):
            for case .success(let accesses) in bundle.entries {
                #expect(!accesses.isEmpty && accesses.allSatisfy(isSound), "\(input)")
            }
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
        for _ in 0..<1_000 {
            let line = Self.mutated("\(generator.pick(Self.methods)) \(generator.pick(Self.targets))", &generator)
            let form =
                generator.below(3) == 0 ? Array(Self.mutated("code=a&_has:Group:member:_id=1", &generator).utf8) : nil
            let ifNoneExist = generator.below(5) == 0 ? Self.mutated("identifier=a&b.c=d", &generator) : nil
            Self.check(Self.request(line, form, ifNoneExist), line)
        }
    }

    @Test(arguments: Array(1...10) as [UInt64]) func `nor do mutated Bundles`(seed: UInt64) {
        var generator = Generator(state: seed)
        let bundle = """
            {"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Patient?a.b=c"}},
            {"resource":{"resourceType":"Group","id":"1","x":[{"reference":"Patient?_id=1"}]},
            "request":{"method":"PUT","url":"Group/1"}},{"request":{"method":"DELETE","url":"Patient?_id=1"}}]}
            """
        for _ in 0..<500 {
            let json = Self.mutated(bundle, &generator)
            Self.check(Self.request("POST ", Array(json.utf8)), json)
        }
    }

    @Test func `most of the unchanged ones are requests`() {
        let accepted = Self.targets.filter { (try? FHIRRequest(method: "GET", target: $0)) != nil }
        #expect(accepted.count == Self.targets.count - 2)
    }
}
