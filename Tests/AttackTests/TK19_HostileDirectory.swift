import AuthorizationServer
import Encoding
import HTTP
import SMART
import TestSupport
import Testing

/// A FHIR server whose live directory answers badly, slowly or with evil intent: a page that offers to try again, never an
/// empty list, and nobody else is held up.
@Suite struct `TK-19: a hostile directory` {
    let fhir: FHIRStandIn
    let server: TestServer
    let app = App.publicApp
    let scope = "launch/patient patient/Patient.rs"

    init() async throws {
        let fhir = try FHIRStandIn(patients: [("1", "Doe"), ("2", "Roe")])
        let base = try #require(FHIRBaseURL(fhir.base))
        server = try TestServer({ configuration in
            var live = FHIRServer(base: base, name: "Live records", id: "live")
            live.directory = .live
            configuration.fhirServers.append(live)
        })
        try await server.addSamples()
        self.fhir = fhir
    }

    private func stop() {
        server.stop()
        fhir.stop()
    }

    private func walk(_ browser: Browser, as user: String) throws -> Browser.Place {
        let place = try browser.get(app.authorizePath(scope: scope, [("aud", fhir.base)]))
        return try browser.submit(place, [("username", user), ("password", TestServer.password)])
    }

    struct Answer: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var status = 200
        var headers = FHIRStandIn.fhirJSON
        let body: String
    }

    private static let good = FHIRStandIn.bundle([FHIRStandIn.patient("1", "Doe")]).text

    private static let answers: [Answer] = [
        Answer(testDescription: "500", status: 500, body: good),
        Answer(testDescription: "401", status: 401, body: good),
        Answer(testDescription: "404 for a search", status: 404, body: good),
        Answer(testDescription: "a redirect", status: 307, headers: [("Location", "/elsewhere")], body: ""),
        Answer(testDescription: "not JSON", body: "garbage"),
        Answer(testDescription: "HTML", headers: [("Content-Type", "text/html")], body: good),
        Answer(testDescription: "too large", body: good + String(repeating: " ", count: 1_100_000)),
        Answer(testDescription: "an OperationOutcome", body: #"{"resourceType":"OperationOutcome"}"#),
        Answer(testDescription: "a patient for a search", body: FHIRStandIn.patient("1", "Doe").text),
        Answer(
            testDescription: "an encounter among patients",
            body: FHIRStandIn.bundle([FHIRStandIn.encounter("1", of: "1")]).text),
        Answer(
            testDescription: "an id that is none", body: FHIRStandIn.bundle([FHIRStandIn.patient("../1", "Doe")]).text),
        Answer(
            testDescription: "a next page elsewhere",
            body: FHIRStandIn.bundle([], next: "https://evil.example/fhir/Patient?p=2").text),
        Answer(testDescription: "a duplicate member", body: #"{"resourceType":"Bundle","resourceType":"Bundle"}"#),
        Answer(
            testDescription: "endless entries",
            body: FHIRStandIn.bundle((0...200).map { FHIRStandIn.patient("p\($0)", "X") }).text),
    ]

    @Test(arguments: answers)
    func `a bad answer is a page with a retry, and the visit goes on`(answer: Answer) throws {
        defer { stop() }
        fhir.behave(.answer(status: answer.status, headers: answer.headers, body: answer.body))
        let browser = Browser(server)
        let place = try walk(browser, as: "physician")
        #expect(place.status == 503, "\(place.html)")
        #expect(place.response.headers["retry-after"] != nil && place.html.contains("/select-patient?interaction="))
        #expect(browser.values("patient", on: place).isEmpty)
        #expect(!fhir.asked.contains("/elsewhere"))
        fhir.behave(.normal)
        let again = try #require(place.html.value(after: "class=\"button\" href=\"", until: "\""))
        let picker = try browser.get(again.replacing("&amp;", with: "&"))
        #expect(Set(browser.values("patient", on: picker)) == ["1", "2"])
    }

    @Test func `a next page that only begins like the base, or is no search, is not gone to`() throws {
        defer { stop() }
        let port = fhir.base.replacing("http://127.0.0.1:", with: "")
        for next in [
            "\(fhir.base).evil.example/Patient?p=2", "\(fhir.base)/../admin?p=2", "\(fhir.base)/Patient/1?p=2",
            "\(fhir.base)/Patient", "http://evil@127.0.0.1:\(port)/Patient?p=2", "/Patient?p=2",
        ] {
            fhir.behave(
                .answer(
                    status: 200, headers: FHIRStandIn.fhirJSON,
                    body: FHIRStandIn.bundle([FHIRStandIn.patient("1", "Doe")], next: next).text))
            #expect(try walk(Browser(server), as: "physician").status == 503, "\(next)")
        }
    }

    @Test func `the record of another patient than the one asked for is not shown`() throws {
        defer { stop() }
        for body in [FHIRStandIn.patient("2", "Roe").text, FHIRStandIn.encounter("1", of: "1").text] {
            fhir.behave(.answer(status: 200, headers: FHIRStandIn.fhirJSON, body: body))
            let place = try walk(Browser(server), as: "patient")
            #expect(place.status == 503 && !place.html.contains("Roe"))
        }
    }

    @Test func `what it says is text, cut to a line`() throws {
        defer { stop() }
        let evil = FHIRStandIn.patient("1", "<script>alert(1)</script>" + String(repeating: "x", count: 5000))
        fhir.behave(
            .answer(status: 200, headers: FHIRStandIn.fhirJSON, body: FHIRStandIn.bundle([evil]).text))
        let place = try walk(Browser(server), as: "physician")
        #expect(place.status == 200 && !place.html.contains("<script>"))
        #expect(!place.html.contains(String(repeating: "x", count: 130)))
    }

    @Test func `a FHIR server that hangs holds up only the visits for it`() async throws {
        defer { stop() }
        fhir.behave(.hang)
        let clock = ContinuousClock(), began = clock.now
        let (server, fhir, app, scope) = (server, fhir, app, scope)
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    let path = app.authorizePath(scope: scope, [("aud", fhir.base)])
                    let browser = Browser(server)
                    let place = try browser.get(path)
                    return try browser.submit(place, [("username", "physician"), ("password", TestServer.password)])
                        .status
                }
            }
            let other = Browser(server)
            let sample = try other.get(app.authorizePath(scope: scope))
            let picker = try other.submit(sample, [("username", "physician"), ("password", TestServer.password)])
            #expect(picker.status == 200 && clock.now - began < .seconds(5))
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(statuses == [503, 503])
    }
}
