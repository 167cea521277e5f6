import Encoding
import SMART
import Testing

@testable import Policy

@Suite struct `Policy: decisions` {
    private let clinician = RoleFile(
        "clinician", allow("user/Patient.rs?organization=C7", id: "patients", #""hide": ["photo"]"#),
        allow("user/Task.rs", id: "tasks"))

    private func json(_ decision: RequestDecision) -> String { json(.single(decision)) }

    private func json(_ outcome: RequestOutcome) -> String {
        var writer = JSONWriter()
        outcome.write(to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func `a permit tells the criteria and what is hidden`() throws {
        let token = try Token("user/*.cruds", clinician)
        #expect(
            json(token.explain(Ask.search("Patient"), filtering: .all).decision)
                == #"{"permit":true,"criteria":"organization=C7","hide":["photo"]}"#)
        #expect(json(token.explain(Ask.search("Task")).decision) == #"{"permit":true}"#)
    }

    @Test func `what is left to do is told row by row, and of what is reached besides by its type`() throws {
        let staff = RoleFile(
            "staff", allow("user/Task.ru?owner=a", #""readonly": ["status"]"#), allow("user/Task.u?status=b", id: "b"),
            allow("user/Patient.s?organization=C7", id: "c"), allow("user/*.s?_tag=x", id: "e"))
        let token = try Token("user/*.cruds patient/Observation.s", staff, patient: "7")
        func told(_ accesses: FHIRAccess...) -> String {
            json(Explanation(accesses, token.subject, token.policies, filtering: .all).decision)
        }
        #expect(
            told(Ask.update("Task/1"))
                == #"{"permit":true,"any":[{"criteria":"owner=a","readonly":["status"]},{"criteria":"status=b"}]}"#)
        #expect(
            told(Ask.search("Task", "_tag=x"), Ask.search(nil), Ask.search("Practitioner", "_tag=x"))
                == #"{"permit":true,"included":[{"type":"*","criteria":"_tag=x"}]}"#)
        let record = try Token("patient/*.rs", RoleFile("one", allow("user/*.rs")), patient: "7")
        #expect(
            json(record.explain(Ask.search("Observation"), filtering: .all).decision)
                == #"{"permit":true,"compartment":"Patient/7"}"#)
    }

    private static let filterings: [(String, Filtering?)] = [
        ("", []), (" ", []), ("rows", .rows), ("elements  search", [.search, .elements]),
        (" search rows elements rows ", .all), ("row", nil), ("rowsx", nil), ("search,rows", nil), ("Rows", nil),
        ("rows\t", nil),
    ]

    @Test(arguments: filterings)
    func `filtering is words between spaces, and any other word is nothing`(text: String, expected: Filtering?) {
        #expect(Filtering(text) == expected)
    }

    @Test func `a refusal tells its reason`() throws {
        let token = try Token("user/Patient.rs", clinician)
        #expect(
            json(token.explain(Ask.search("Task"), filtering: .all).decision)
                == #"{"permit":false,"reason":"scope_insufficient"}"#)
    }

    @Test func `what the criteria leave open is refused unless the caller says that it can filter`() throws {
        let token = try Token("user/*.cruds", RoleFile("one", allow("user/Patient.rs?organization=C7")))
        func reason(_ access: FHIRAccess, _ filtering: Filtering) -> DenialReason? {
            token.explain(access, filtering: filtering).decision.reason
        }
        #expect(reason(Ask.search("Patient"), []) == .needsFilter)
        #expect(reason(Ask.search("Patient"), .search) == nil && reason(Ask.search("Patient"), .rows) == nil)
        #expect(reason(Ask.search("Patient"), .elements) == .needsFilter)
        #expect(reason(Ask.search("Patient", "organization=C7"), []) == nil)
        #expect(reason(Ask.search("Patient", "organization=C7,C8"), []) == .needsFilter)
        // Parameters narrow a search and nothing else.
        #expect(reason(Ask.read("Patient/1"), .search) == .needsFilter && reason(Ask.read("Patient/1"), .rows) == nil)
    }

    @Test func `who cannot take elements out is refused where some are hidden`() throws {
        let token = try Token("user/*.cruds", RoleFile("one", allow("user/Patient.rs", #""hide": ["photo"]"#)))
        #expect(token.explain(Ask.read("Patient/1"), filtering: [.search, .rows]).decision.reason == .needsFilter)
        #expect(token.explain(Ask.read("Patient/1"), filtering: .elements).decision.isPermitted)
    }

    @Test func `what no parameters can say is not left to a caller that can only add parameters`() throws {
        let either = try Token(
            "user/*.cruds", RoleFile("one", allow("user/Task.s?owner=a"), allow("user/Task.s?status=b", id: "b")))
        #expect(either.explain(Ask.search("Task"), filtering: .search).decision.reason == .needsFilter)
        #expect(either.explain(Ask.search("Task"), filtering: .rows).decision.isPermitted)
        let except = try Token(
            "user/*.cruds", RoleFile("one", allow("user/Task.s"), deny("user/Task.s?owner=a&status=b")))
        #expect(except.explain(Ask.search("Task"), filtering: .search).decision.reason == .needsFilter)
    }

    /// Many servers pass over a parameter that they do not know, and give all there is.
    @Test func `a record is kept to by parameters only where the type has them`() throws {
        let token = try Token("patient/*.rs", RoleFile("one", allow("user/*.rs")), patient: "7")
        for (type, query) in [
            ("Patient", "_id=7"), ("Observation", "patient=Patient/7"), ("SupplyRequest", "subject=Patient/7"),
        ] {
            let decision = token.explain(Ask.search(type), filtering: .search).decision
            #expect(decision.isPermitted && decision.remainders.first?.query == query)
        }
        for type in ["Schedule", "Group"] {
            #expect(token.explain(Ask.search(type), filtering: .search).decision.reason == .needsFilter)
            #expect(!token.permits(Ask.search(type, "patient=7")))
        }
    }

    @Test func `a search of all types is narrowed by no parameter`() throws {
        let tagged = try Token("user/*.s", RoleFile("one", allow("user/*.s?_tag=x")))
        #expect(tagged.explain(Ask.search(nil), filtering: .search).decision.reason == .needsFilter)
        #expect(tagged.explain(Ask.search(nil), filtering: .rows).decision.isPermitted)
        let patient = try Token("user/*.s", RoleFile("one", allow("user/*.s?patient=Patient/7")))
        #expect(patient.permits(Ask.search("Observation", "patient=Patient/7")))
        #expect(!patient.permits(Ask.search(nil, "patient=Patient/7")))
    }

    @Test func `what is left to a caller is what its query says`() throws {
        let token = try Token(
            "user/*.rs", RoleFile("one", allow("user/Task.s?owner=a,b"), deny("user/Task.s?status=x,y&_tag=t")),
            RoleFile("two", deny("user/*.s?_security=V,R")))
        #expect(token.explain(Ask.search("Task"), filtering: .search).decision.reason == .needsFilter)
        let known = token.explain(Ask.search("Task"), filtering: .search, ["_tag": []]).decision
        #expect(known.remainders.first?.query == "owner=a,b&_security:not=V&_security:not=R")
    }

    @Test func `a request is permitted only if all that it does is`() throws {
        let token = try Token("user/*.cruds", clinician)
        func decide(_ accesses: [FHIRAccess], _ filtering: Filtering) -> RequestDecision {
            Explanation(accesses, token.subject, token.policies, filtering: filtering).decision
        }
        let (tasks, patients, others) = (Ask.search("Task"), Ask.search("Patient"), Ask.search("Condition"))
        #expect(decide([tasks, patients], .all).isPermitted)
        #expect(!decide([tasks, others], .all).isPermitted && !decide([others, tasks], .all).isPermitted)
        // What a search includes is narrowed by no parameter.
        #expect(decide([patients], [.search, .elements]).isPermitted)
        #expect(decide([tasks, patients], [.search, .elements]).reason == .needsFilter)
        #expect(decide([], .all).reason == .requestNotUnderstood)
    }

    @Test(arguments: ["batch", "transaction"])
    func `a batch or transaction is decided entry by entry`(kind: String) throws {
        let token = try Token("user/*.cruds", clinician)
        let entries = [
            #"{"request": {"method": "GET", "url": "Task/1"}}"#, #"{"request": {"method": "DELETE", "url": "Task/1"}}"#,
            #"{"request": {"method": "GET"}}"#,
        ]
        let bundle = #"{"resourceType": "Bundle", "type": "\#(kind)", "entry": [\#(entries.joined(separator: ","))]}"#
        let request = try FHIRRequest(line: "POST ", body: Array(bundle.utf8))
        let outcome = RequestOutcome(request, filtering: .all) { token.decide($0) }
        #expect(
            json(outcome) == #"{"permit":false,"entries":[{"permit":true},"#
                + #"{"permit":false,"reason":"scope_insufficient"},{"permit":false,"reason":"request_not_understood"}]}"#
        )
    }

    @Test func `a search of all types needs a rule for all types, and meets the denies of each`() throws {
        let named = try Token("user/*.cruds", RoleFile("one", allow("user/Patient.s"), allow("user/Task.s", id: "b")))
        #expect(named.refuses(Ask.search(nil)))
        let all = try Token("user/*.cruds", RoleFile("one", allow("user/*.s")))
        #expect(all.permits(Ask.search(nil)))
        let denied = try Token("user/*.cruds", RoleFile("one", allow("user/*.s"), deny("user/Task.s?owner=a")))
        #expect(denied.refuses(Ask.search(nil)))
        let other = try Token("user/*.cruds", RoleFile("one", allow("user/*.s"), deny("user/Task.d")))
        #expect(other.permits(Ask.search(nil)))
    }

    @Test func `the capabilities are public`() throws {
        #expect(try Token("openid", clinician).permits(FHIRAccess(.capabilities)))
        #expect(Permissions.none.decide(FHIRAccess(.capabilities)).isWhole)
    }

    @Test func `a search in the record of the patient in context is whole`() throws {
        let token = try Token("patient/*.rs", RoleFile("one", allow("user/*.rs")), patient: "7")
        #expect(token.permits(Ask.search("Observation", in: "7")))
        for clauses in ["patient=7", "patient=Patient/7", "subject=Patient/7"] {
            #expect(token.permits(Ask.search("Observation", clauses)))
        }
        for clauses in ["patient=7,8", "patient=8", "subject=7", "performer=Patient/7", "patient=Group/7"] {
            #expect(!token.permits(Ask.search("Observation", clauses)))
        }
        #expect(!token.permits(Ask.search("Observation", in: "8")))
        #expect(token.permits(Ask.search("Patient", "_id=7")) && !token.permits(Ask.search("Patient", "_id=7,8")))
    }

    @Test(
        arguments: [
            (["_id": ["8"]], "7", true), (["_id": ["7"]], "8", false), ([:], "7", true), ([:], "8", false),
        ] as [([String: [String]], String, Bool)])
    func `which Patient a request is about is known by its id, whatever else is said of it`(
        properties: [String: [String]], id: String, isPermitted: Bool
    ) throws {
        let token = try Token("patient/Patient.r", RoleFile("one", allow("user/Patient.r")), patient: "7")
        #expect(token.permits(Ask.read("Patient/\(id)"), properties) == isPermitted)
    }
}

@Suite struct `Policy: the reason of a refusal is the one that helps` {
    private let patients = allow("user/Patient.r?organization=C7")

    @Test func `no_role: no rule of any role would allow it in any scope`() throws {
        #expect(try Token("user/*.cruds", RoleFile("one", patients)).reason(Ask.read("Task/1")) == .noRole)
    }

    @Test func `scope_insufficient: the roles would allow it in a wider scope`() throws {
        let token = try Token("user/Task.r openid", RoleFile("one", patients))
        #expect(token.reason(Ask.read("Patient/1")) == .scopeInsufficient)
    }

    @Test func `outside the criteria of the roles: no rule denies it, and break-glass would not help`() throws {
        let token = try Token("user/*.cruds", RoleFile("one", patients))
        #expect(token.reason(Ask.read("Patient/1"), ["organization": ["C8"]]) == .noRole)
        let scoped = try Token("user/Patient.r?organization=C8", RoleFile("one", allow("user/Patient.r")))
        #expect(scoped.reason(Ask.read("Patient/1"), ["organization": ["C7"]]) == .scopeInsufficient)
    }

    @Test func `outside the criteria, a deny that would also meet it does not change the reason`() throws {
        let token = try Token(
            "user/*.cruds", RoleFile("one", patients, deny("user/Patient.r?_security=V", #""unless": "break-glass""#)))
        #expect(token.reason(Ask.read("Patient/1"), ["organization": ["C8"], "_security": ["V"]]) == .noRole)
    }

    @Test(arguments: ["user/Patient.r", "user/Patient.r?organization=C7", "user/*.cruds", "user/Patient.r?_security=V"])
    func `denied_by_rule: an allow is there, and a deny takes it`(scope: String) throws {
        let properties = ["organization": ["C7"], "_security": ["V"]]
        let token = try Token("user/*.cruds", RoleFile("one", patients, deny(scope)))
        #expect(token.reason(Ask.read("Patient/1"), properties) == .deniedByRule)
        let opening = try Token("user/*.cruds", RoleFile("one", patients, deny(scope, #""unless": "break-glass""#)))
        #expect(opening.reason(Ask.read("Patient/1"), properties) == .needsBreakGlass)
    }

    @Test func `needs_break_glass only if every deny that meets it yields`() throws {
        let soft = deny("user/Patient.r?_security=V", id: "s", #""unless": "break-glass""#)
        let hard = deny("user/Patient.r?_tag=locked", id: "h")
        for rules in [[soft, hard], [hard, soft]] {
            let token = try Token("user/*.cruds", RoleFile("one", patients, rules[0], rules[1]))
            let both = ["organization": ["C7"], "_security": ["V"], "_tag": ["locked"]]
            #expect(token.reason(Ask.read("Patient/1"), both) == .deniedByRule)
            let one = ["organization": ["C7"], "_security": ["V"], "_tag": []]
            #expect(token.reason(Ask.read("Patient/1"), one) == .needsBreakGlass)
        }
    }

    @Test(arguments: [false, true])
    func `a deny that a wider scope would meet is the reason before the scope`(isYielding: Bool) throws {
        let restricted = deny("user/Patient.r?_security=V", isYielding ? #""unless": "break-glass""# : "")
        let token = try Token("user/Task.r", RoleFile("one", patients, restricted))
        let met = ["organization": ["C7"], "_security": ["V"]]
        #expect(token.reason(Ask.read("Patient/1"), met) == (isYielding ? .needsBreakGlass : .deniedByRule))
        #expect(token.reason(Ask.read("Patient/1"), ["organization": ["C7"], "_security": []]) == .scopeInsufficient)
    }

    @Test func `each refusal of a batch has a reason of its own`() throws {
        let token = try Token(
            "user/Task.r", RoleFile("one", patients, allow("user/Task.r", id: "b"), deny("user/Task.r")))
        let reasons = RefusalReasons(token.subject, token.policies)
        let accesses = [Ask.read("Patient/1"), Ask.read("Task/1"), Ask.delete("Patient/1"), Ask.read("Patient/2")]
        #expect(
            accesses.map { reasons.reasoned(token.decide($0), $0) }
                == [.deny(.scopeInsufficient), .deny(.deniedByRule), .deny(.noRole), .deny(.scopeInsufficient)])
    }

    @Test func `needs_step_up: a second factor or another network would open it`() throws {
        let file = RoleFile("one", patients, members: #""requires": {"mfa": true}"#)
        #expect(try Token("user/*.cruds", file).reason(Ask.read("Patient/1")) == .needsStepUp)
    }

    @Test func `purpose_not_allowed: another purpose would open it`() throws {
        let file = RoleFile("one", allow("user/Patient.r", #""purposes": ["TREAT"]"#))
        #expect(try Token("user/*.cruds", file, purpose: .research).reason(Ask.read("Patient/1")) == .purposeNotAllowed)
    }

    @Test func `an unmet holder is no reason to step up`() throws {
        let file = RoleFile("one", patients, members: #""holders": ["Patient"], "requires": {"mfa": true}"#)
        #expect(try Token("user/*.cruds", file).reason(Ask.read("Patient/1")) == .noRole)
    }
}
