import Encoding
import Testing

@testable import AuthorizationServer

@Suite struct `Patient and encounter pickers` {
    let style = PageStyle(branding: Branding(name: "Hospital"), texts: .english, stylesheetURL: "/x.css")

    private func patients(
        _ patients: [PatientChoice], query: String = "", birthDate: String = "", offersSearch: Bool = true,
        next: String? = nil, problem: PickerProblem? = nil
    ) throws -> PageReader {
        let page = PatientPickerPage(
            action: "/pick", handle: "h&1", csrf: "c", clientName: "App", query: query, birthDate: birthDate,
            offersSearch: offersSearch, patients: patients,
            nextCursor: next, problem: problem)
        return try PageReader(page.render(style))
    }

    private let ana = PatientChoice(
        id: "p-1", name: "Ana Díaz", birthDate: "2011-03-04", gender: "female", identifier: "00417")

    @Test func `a patient is a radio button whose label tells two people of one name apart`() throws {
        let reader = try patients([ana])
        let radio = try #require(reader.all("input").first { $0["name"] == "patient" })
        #expect(radio["type"] == "radio" && radio["value"] == "p-1" && radio.has("required"))
        let label = try #require(reader.all("label").first { $0["for"] == radio["id"] })
        for words in ["Ana Díaz", "Born 4 March 2011", "Female", "Record number 00417"] {
            #expect(label.text.contains(words))
        }
    }

    @Test func `what is not known of a patient is left out`() throws {
        let bare = PatientChoice(id: "p-2", name: "Bo", birthDate: nil, gender: nil, identifier: nil)
        let label = try patients([bare]).all("label").last
        #expect(label?.text.contains("Bo") == true && label?.text.contains("Born") == false)
    }

    @Test func `the search is a GET to the same page and keeps what was typed`() throws {
        let reader = try patients([ana], query: "a&b \"c\"")
        let form = try #require(reader.all("form").first { $0["role"] == "search" })
        #expect(form["method"] == "get" && form["action"] == "/pick")
        #expect(reader.all("input").first { $0["name"] == "q" }?["value"] == "a&b \"c\"")
    }

    @Test func `a birth date is looked for with the browser's own field, and told in words`() throws {
        let reader = try patients([], query: "Díaz", birthDate: "2011-03-04")
        let field = try #require(reader.all("input").first { $0["name"] == "birthdate" })
        #expect(field["type"] == "date" && field["value"] == "2011-03-04")
        #expect(reader.all("p").contains { $0.text.contains("“Díaz, 4 March 2011”") })
        let link = try patients([ana], birthDate: "2011-03-04", next: "n").all("a").first?["href"]
        #expect(link?.contains("birthdate=2011-03-04") == true)
    }

    @Test func `who has a few records of their own needs no search`() throws {
        #expect(try patients([ana], offersSearch: false).all("form").allSatisfy { $0["role"] != "search" })
    }

    @Test func `the next page repeats the search`() throws {
        let link = try #require(try patients([ana], query: "díaz & co", next: "Díaz|p=1").all("a").first)
        let parts = try #require(link["href"]).split(separator: "?", maxSplits: 1)
        let parameters = try FormParameters(parsing: Array(parts[1].utf8))
        #expect(parts[0] == "/pick" && parameters["interaction"] == "h&1")
        #expect(parameters["q"] == "díaz & co" && parameters["after"] == "Díaz|p=1")
        #expect(try patients([ana]).all("a").isEmpty)
    }

    @Test func `with nothing to choose there is nothing to submit but the way out`() throws {
        let reader = try patients([], query: "zz")
        #expect(reader.all("button").map { $0["value"] } == [nil, "deny"])
        #expect(reader.all("p").contains { $0["role"] == "status" && $0.text.contains("“zz”") })
    }

    @Test func `a visit is a radio button, and none is an empty value`() throws {
        let visit = EncounterChoice(id: "e1", title: "Cardiology", start: 1_793_448_000, status: "in-progress")
        let page = { (visits: [EncounterChoice], none: Bool) in
            EncounterPickerPage(
                action: "/pick", handle: "h", csrf: "c", clientName: "App", patientName: "Ana Díaz", encounters: visits,
                allowsNone: none, nextCursor: visits.first?.id, problem: nil)
        }
        let both = try PageReader(page([visit], true).render(style))
        #expect(both.all("input").filter { $0["name"] == "encounter" }.map { $0["value"] } == ["e1", ""])
        #expect(both.all("label").first?.text.contains("31 October 2026, 12:00 UTC") == true)
        #expect(both.all("label").first?.text.contains("In progress") == true)
        #expect(both.all("legend").first?.text.contains("Ana Díaz") == true)
        #expect(both.all("a").first?["href"] == "/pick?interaction=h&after=e1")
        let empty = try PageReader(page([], false).render(style))
        #expect(empty.all("input").allSatisfy { $0["type"] == "hidden" })
        #expect(empty.all("button").map { $0["value"] } == ["deny"])
    }
}
