import Encoding
import Testing

@testable import lanyard

/// The answers are written by hand, as README.md says them to authors of resource servers.
@Suite struct `The demo's FHIR server: what a token may do, by its introspection answer` {
    private static let base = "https://fhir.example/r4"
    private static let conf = "http://example.org/conf"

    private func access(_ allow: JSON?, _ deny: JSON? = nil, scope: String = "user/*.rs") -> Access? {
        var details: JSONObject = ["type": "fhir_permissions", "locations": [.string(Self.base)]]
        details["allow"] = allow
        details["deny"] = deny
        return Access(
            [
                "active": true, "aud": .string(Self.base), "scope": .string(scope),
                "fhirUser": .string(Self.base + "/Practitioner/9"), "authorization_details": [.object(details)],
            ], base: Self.base)
    }

    private func record(_ type: String, _ id: String, _ members: JSONObject = [:]) throws -> FHIRRecord {
        var resource: JSONObject = ["resourceType": .string(type), "id": .string(id)]
        for member in members.members { resource[member.name] = member.value }
        return try #require(FHIRRecord(.object(resource)))
    }

    private func observation(_ code: String, of patient: String = "1", label: String? = nil) throws -> FHIRRecord {
        var members: JSONObject = [
            "category": [["coding": [["system": "http://example.org/cat", "code": .string(code)]]]],
            "subject": ["reference": .string("Patient/\(patient)")], "note": [["text": "x"]], "_note": [.null],
        ]
        members["meta"] = label.map { ["security": [["system": .string(Self.conf), "code": .string($0)]]] }
        return try record("Observation", "o1", members)
    }

    private func isSeen(_ record: FHIRRecord, _ access: Access?, _ letter: Character = "r") throws -> Bool {
        try #require(access).visible(record, for: letter) != nil
    }

    @Test func `a type that is named is decided by its own rows, any other by those of all types`() throws {
        let access = access(["Observation": [["interactions": "s"]], "*": [["interactions": "rs"]]])
        let observation = try observation("lab"), patient = try record("Patient", "1")
        #expect(try !isSeen(observation, access) && isSeen(observation, access, "s"))
        #expect(try isSeen(patient, access) && !isSeen(patient, access, "u"))
        #expect(access?.permits("r", type: "Observation") == false && access?.permits("r", type: "Patient") == true)
        let named = self.access(["Patient": [], "*": [["interactions": "rs"]]])
        #expect(try !isSeen(patient, named), "named, with nothing")
    }

    @Test func `rows are alternatives, and hidden is only what all that match hide`() throws {
        let access = try #require(
            self.access([
                "Observation": [
                    ["interactions": "r", "criteria": "category=lab", "hide": ["note", "subject"]],
                    ["interactions": "r", "compartment": "Patient/1", "hide": ["note"]],
                ]
            ]))
        let both = try #require(access.visible(try observation("lab"), for: "r"))
        #expect(both["note"] == nil && both["_note"] == nil && both["subject"] != nil)
        let first = try #require(access.visible(try observation("lab", of: "2"), for: "r"))
        #expect(first["note"] == nil && first["_note"] == nil && first["subject"] == nil && first["category"] != nil)
        #expect(access.visible(try observation("vital", of: "1"), for: "r")?["subject"] != nil)
        #expect(access.visible(try observation("vital", of: "2"), for: "r") == nil)
    }

    @Test func `a compartment is one patient's record, and of other types those that are about no patient`() throws {
        let access = access(["*": [["interactions": "rs", "compartment": "Patient/1"]]])
        #expect(try isSeen(record("Patient", "1"), access) && !isSeen(record("Patient", "2"), access))
        #expect(try isSeen(observation("lab"), access) && !isSeen(observation("lab", of: "2"), access))
        #expect(try isSeen(record("Practitioner", "5"), access) && !isSeen(record("Device", "5"), access))
        #expect(try !isSeen(observation("lab", of: "11"), access))
    }

    @Test func `criteria are a search, with :not`() throws {
        let access = access([
            "Observation": [["interactions": "r", "criteria": "category=http://example.org/cat|lab&_security:not=V,R"]]
        ])
        #expect(try isSeen(observation("lab"), access) && isSeen(observation("lab", label: "N"), access))
        for label in ["V", "R"] { #expect(try !isSeen(observation("lab", label: label), access)) }
        #expect(try !isSeen(observation("vital"), access))
    }

    @Test(arguments: ["status=final", "category=lab&status=final", "category:text=lab", "", "%zz"])
    func `criteria that cannot be applied allow nothing and deny everything`(criteria: String) throws {
        let row: JSON = [["interactions": "rs", "criteria": .string(criteria)]], all: JSON = [["interactions": "rs"]]
        for type in ["Observation", "*"] {
            let object = JSON.object([type: row])
            #expect(try !isSeen(observation("lab"), access(object)))
            #expect(try !isSeen(observation("lab"), access(["Observation": all], object)))
        }
        #expect(try isSeen(record("Patient", "1"), access(["*": all], ["Observation": row])))
    }

    @Test func `what meets a deny of its type or of all types is not there, for those letters`() throws {
        let all: JSON = ["*": [["interactions": "rs"]]]
        for type in ["Observation", "*"] {
            let access = access(all, .object([type: [["interactions": "r", "criteria": "_security=V"]]]))
            #expect(try !isSeen(observation("lab", label: "V"), access))
            #expect(try isSeen(observation("lab", label: "V"), access, "s"))
            #expect(try isSeen(observation("lab", label: "N"), access) && isSeen(observation("lab"), access))
        }
        let both = access(all, ["Observation": [], "*": [["interactions": "rs", "criteria": "_security=V"]]])
        #expect(try !isSeen(observation("lab", label: "V"), both), "those of all types hold beside a type's own")
    }

    static let unreadable: [JSON] = [
        "x", true, ["x"], [[]], ["interactions": "rs"], [[:]], [["interactions": 1]], [["interactions": "R"]],
        [["criteria": "category=lab"]],
        [["interactions": "rs", "compartment": 1]], [["interactions": "rs", "compartment": .null]],
        [["interactions": "rs", "compartment": "Group/1"]], [["interactions": "rs", "criteria": 1]],
        [["interactions": "rs", "unless": "x"]], [["interactions": "rs", "hide": "note"]],
        [["interactions": "rs", "hide": [1]]], [["interactions": "rs", "readonly": .null]],
        [["interactions": "rs", "operations": [:]]],
    ]

    @Test(arguments: unreadable) func `what is no row allows nothing and denies everything`(rows: JSON) throws {
        let all: JSON = ["Observation": [["interactions": "rs"]]]
        for type in ["Observation", "*"] {
            #expect(try !isSeen(observation("lab"), access(.object([type: rows]))), "\(rows.text)")
            for letter in ["r", "s"] as [Character] {
                #expect(try !isSeen(observation("lab"), access(all, .object([type: rows])), letter), "\(rows.text)")
            }
        }
    }

    @Test func `all members that there are, in one row`() throws {
        let row: JSON = [
            [
                "interactions": "cruds", "criteria": "category=lab", "compartment": "Patient/1", "hide": ["note"],
                "readonly": ["status"], "operations": ["$everything"],
            ]
        ]
        #expect(try isSeen(observation("lab"), access(["Observation": row])))
    }

    @Test func `allow or deny that is no object gives no access at all`() {
        let all: JSON = ["*": [["interactions": "rs"]]]
        #expect(access(all) != nil && access(nil) != nil)
        for wrong in [.null, [], "x", true] as [JSON] { #expect(access(wrong) == nil && access(all, wrong) == nil) }
    }

    @Test func `the own record is to be read by openid fhirUser, but for what is denied or hidden`() throws {
        let own = try record("Practitioner", "9", ["photo": [["title": "x"]]]), scope = "openid fhirUser"
        #expect(try isSeen(own, access([:], scope: scope)) && !isSeen(own, access([:], scope: scope), "s"))
        #expect(try !isSeen(own, access([:], scope: "fhirUser")))
        #expect(try !isSeen(record("Practitioner", "8"), access([:], scope: scope)))
        let denies: [JSON] = [
            ["Practitioner": [["interactions": "r"]]], ["*": [["interactions": "r", "criteria": "x=1"]]],
        ]
        for deny in denies {
            #expect(try !isSeen(own, access([:], deny, scope: scope)))
        }
        let hidden = access(["Practitioner": [["interactions": "r", "hide": ["photo"]]]], scope: scope)
        let seen = try #require(hidden?.visible(own, for: "r"))
        #expect(seen["photo"] == nil && seen["id"] == "9")
    }
}
