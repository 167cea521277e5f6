import Policy
import SMART
import Testing

@testable import AuthorizationServer

@Suite struct `AZ-21 the consent page says what is asked` {
    let style = PageStyle(branding: Branding(name: "Hospital"), texts: .english, stylesheetURL: "/x.css")

    private func page(
        _ scopes: [ScopeChoice], offline: Bool = false, publisher: String? = "https://apps.example/growth",
        offersMemory: Bool = false, isReviewed: Bool = true, purpose: PurposeOfUse? = nil
    ) throws -> PageReader {
        let page = ConsentPage(
            action: "/consent", handle: "h", csrf: "c",
            client: .init(
                name: "Growth Chart", publisherURI: publisher, policyURI: "https://apps.example/privacy",
                termsURI: "javascript:alert(1)", contacts: ["help@apps.example"], redirectHost: "growth.example.com",
                isReviewed: isReviewed),
            patient: PatientChoice(
                id: "p", name: "Ana Díaz", birthDate: "2011-03-04", gender: "female", identifier: "MRN-7"),
            purpose: purpose, userName: "Dr. Rao", scopes: scopes, offline: offline, offersMemory: offersMemory,
            problem: nil)
        return try PageReader(page.render(style))
    }

    private let labs = ScopeChoice(
        scope: "patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory",
        title: "Laboratory results: see and search", group: .patientRecord)

    @Test func `it names the app, its publisher, where it sends the person back and whose record it is`() throws {
        let text = try page([labs]).all("main").first?.text ?? ""
        for words in [
            "Growth Chart", "apps.example", "growth.example.com", "Ana Díaz", "Born 4 March 2011", "Female",
            "Record number MRN-7", "Dr. Rao",
        ] {
            #expect(text.contains(words), "\(words)")
        }
    }

    @Test func `AZ-20: it names the purpose that the app states, and none where it states none`() throws {
        for purpose in PurposeOfUse.allCases {
            let words = try #require(Texts.english.consent.purposes[purpose])
            #expect(try page([labs], purpose: purpose).all("dd").contains { $0.text == words }, "\(purpose)")
        }
        #expect(try page([labs], purpose: .research).all("dt").contains { $0.text == Texts.english.consent.purpose })
        #expect(try !page([labs]).all("dt").contains { $0.text == Texts.english.consent.purpose })
    }

    @Test func `a publisher that is no address is shown and not linked`() throws {
        let reader = try page([labs], publisher: "javascript:alert(1)")
        #expect(
            reader.all("a").allSatisfy { $0["href"]?.hasPrefix("https://") == true }
                && reader.all("dd").contains { $0.text == "javascript:alert(1)" })
        #expect(try page([labs], publisher: nil).all("dd").contains { $0.text == "Not stated" })
    }

    @Test func `a scope is a box in plain words whose value is the scope`() throws {
        let reader = try page([labs])
        let box = try #require(reader.all("input").first { $0["name"] == "scope" })
        #expect(box["type"] == "checkbox" && box["value"] == labs.scope && box.has("checked"))
        #expect(reader.all("label").first { $0["for"] == box["id"] }?.text == "Laboratory results: see and search")
    }

    @Test func `"Don't allow" needs no box and is what Enter presses`() throws {
        let reader = try page([labs])
        #expect(reader.all("button").map { $0["value"] } == ["deny", "allow"])
        #expect(reader.all("button").allSatisfy { $0["name"] == "decision" && $0["type"] == "submit" })
        #expect(!reader.all("input").contains { $0.has("required") })
    }

    @Test func `AUTHZ-39: a wildcard warns of what comes later`() throws {
        let wide = ScopeChoice(scope: "patient/*.rs", title: "All", group: .patientRecord, isWildcard: true)
        let box = try #require(try page([wide]).all("input").first { $0["name"] == "scope" })
        let warning = try page([wide]).elements.first { $0["id"] == box["aria-describedby"] }
        #expect(warning?.text.contains("kinds of data added later") == true)
    }

    @Test func `a box that cannot be left out is sent all the same`() throws {
        let openid = ScopeChoice(scope: "openid", title: "Sign you in", group: .identity, isMandatory: true)
        let inputs = try page([openid]).all("input").filter { $0["name"] == "scope" }
        #expect(inputs.map { $0["type"] } == ["checkbox", "hidden"])
        #expect(inputs.first?.has("disabled") == true && inputs.last?["value"] == "openid")
    }

    @Test func `an unticked box is not ticked`() throws {
        let off = ScopeChoice(scope: "profile", title: "Name", group: .identity, isChecked: false)
        #expect(try page([off]).all("input").first { $0["name"] == "scope" }?.has("checked") == false)
    }

    @Test func `AUT-PAT-11: offline access is told once, as a box or as a sentence`() throws {
        let box = ScopeChoice(scope: "offline_access", title: "Keep access", group: .continuedAccess)
        let sentence = Texts.english.consent.offlineNotice
        #expect(try page([labs], offline: true).all("p").contains { $0.text == sentence })
        #expect(try !page([labs, box], offline: true).all("p").contains { $0.text == sentence })
        #expect(try !page([labs], offline: false).all("p").contains { $0.text == sentence })
        #expect(try page([labs, box]).all("fieldset").count == 2)
    }

    @Test func `SCP-20: the parts of a scope are boxes of their own, folded away`() throws {
        let part = ScopeChoice(scope: "part", title: "Part", group: .patientRecord, isChecked: false)
        let whole = ScopeChoice(scope: "whole", title: "Whole", group: .patientRecord, parts: [part])
        let reader = try page([whole])
        let boxes = reader.all("input").filter { $0["name"] == "scope" }
        #expect(boxes.map { $0["value"] } == ["whole", "part"])
        #expect(boxes.map { $0.has("checked") } == [true, false])
        #expect(reader.all("details").count == 1)
    }

    @Test func `what the app says of itself is linked only where it is an address`() throws {
        let reader = try page([labs])
        #expect(reader.all("a").map { $0["href"] } == ["https://apps.example/growth", "https://apps.example/privacy"])
        let text = reader.all("dl").first?.text ?? ""
        for words in ["Privacy policy", "Terms of use: javascript:alert(1)", "Contact: help@apps.example"] {
            #expect(text.contains(words))
        }
    }

    @Test func `AZ-20: to be remembered is offered only where it may be, and never ticked for anybody`() throws {
        #expect(try page([labs]).all("input").allSatisfy { $0["name"] != "remember" })
        let box = try #require(try page([labs], offersMemory: true).all("input").first { $0["name"] == "remember" })
        #expect(box["type"] == "checkbox" && !box.has("checked"))
    }

    @Test func `AD-04: an app that nobody has reviewed is said to be so, in the organization's name`() throws {
        func notices(_ isReviewed: Bool) throws -> [String] {
            try page([labs], isReviewed: isReviewed).all("p").filter { $0["class"] == "notice caution" }.map(\.text)
        }
        #expect(try notices(true).isEmpty)
        #expect(try notices(false).map { $0.contains("Hospital has not reviewed it") } == [true])
    }

    @Test func `an app that asks for nothing says so`() throws {
        #expect(try page([]).all("p").contains { $0.text == "The app asks for no data." })
    }

    /// Administrators are asked about what they would let the app do, and no word of it is about records.
    @Test(arguments: [
        ("en", "Allow Console to administer this server?"), ("es", "¿Permitir que Console administre este servidor?"),
    ])
    func `AD-10: an app that is to administer the server is asked about in words of administration`(
        tag: String, heading: String
    ) throws {
        let texts = try #require(LanguageChoice.texts(for: tag))
        let style = PageStyle(branding: Branding(name: "Hospital"), texts: texts, stylesheetURL: "/x.css")
        let scopes = ScopeSet(parsing: "openid auth/Client.cruds auth/AuditEvent.rs online_access")
        let page = ConsentPage(
            action: "/consent", handle: "h", csrf: "c",
            client: .init(name: "Console", publisherURI: nil, redirectHost: "console.example"), patient: nil,
            purpose: nil, userName: "Ada", scopes: ScopeOffer(texts).choices(scopes), offline: false,
            offersMemory: false, problem: nil, isAdministration: true)
        let reader = try PageReader(page.render(style))
        let text = (reader.all("main") + reader.all("footer")).map(\.text).joined(separator: " ").lowercased()
        for word in ["health", "record ", "records", "data", "salud", "clínic", "datos"] {
            #expect(!text.contains(word), "\(word): \(text)")
        }
        #expect(reader.all("h1").first?.text == heading)
        #expect(text.contains(texts.consent.administration.writeWarning.lowercased()))
        // What a box says of records stays as it was.
        let labs = try self.page([labs, ScopeChoice(scope: "w", title: "W", group: .userRecords, isWriting: true)])
        #expect(labs.all("h1").first?.text.contains("health data") == true)
        #expect(labs.all("span").contains { $0.text == "Changes data" })
    }
}
