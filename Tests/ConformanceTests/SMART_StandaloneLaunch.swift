import Encoding
import HTTP
import JOSE
import TestSupport
import Testing

@Suite struct `SMART App Launch 2.2: standalone launch` {
    let server: TestServer
    let scope = "openid launch/patient patient/Patient.rs"
    let app = App.publicApp

    init() async throws {
        server = try await TestServer.withSamples()
    }

    @Test func `a patient signs in, consents, and the app gets a token for their own record`() throws {
        defer { server.stop() }
        let tokens = try app.tokens(
            server, as: "patient", scope: "openid fhirUser launch/patient patient/Patient.rs offline_access")
        #expect(tokens["patient"] == "1")
        #expect(tokens["token_type"] == "Bearer")
        #expect(tokens["refresh_token"]?.stringValue != nil)
        let introspection = try server.introspect(tokens["access_token"]?.stringValue ?? "")
        #expect(introspection["active"] == true)
        #expect(introspection["patient"] == "1")
        #expect(introspection["fhirUser"] == .string(TestServer.fhirBase + "/Patient/1"))
    }

    @Test func `STA-1: a patient with one record is not asked to pick`() throws {
        defer { server.stop() }
        #expect(try app.walk(Browser(server), as: "patient", scope: scope).address.hasPrefix("/consent"))
    }

    @Test(arguments: ["2", "3"])
    func `STA-1: a parent picks one of their children, and patient is not fhirUser`(child: String) throws {
        defer { server.stop() }
        let browser = Browser(server)
        let picker = try app.walk(browser, as: "parent", scope: scope + " fhirUser")
        #expect(picker.address.hasPrefix("/select-patient"))
        #expect(Set(browser.values("patient", on: picker)) == ["2", "3"])
        let place = try app.allow(browser, try browser.submit(picker, [("patient", child)]))
        let tokens = try app.redeem(try #require(place.parameters["code"]), server).json
        #expect(tokens["patient"] == .string(child))
        let claims = try server.verifiedClaims(tokens["id_token"]?.stringValue, .rs256)
        #expect(claims["fhirUser"] == .string(TestServer.fhirBase + "/RelatedPerson/5"))
    }

    @Test func `STA-1: a clinician finds a patient by name and picks them`() throws {
        defer { server.stop() }
        let browser = Browser(server)
        let picker = try app.walk(browser, as: "physician", scope: scope)
        #expect(Set(browser.values("patient", on: picker)) == ["1", "2", "3"])
        for (query, found) in [("Roe", ["2", "3"]), ("kim", ["2"]), ("Nobody", []), ("%", []), ("'--", [])] {
            let parameter = FormParameters([("q", query)]).serialized()
            let results = try browser.get(picker.address + "&" + parameter)
            #expect(results.status == 200 && Set(browser.values("patient", on: results)) == Set(found), "\(query)")
        }
        let results = try browser.get(picker.address + "&q=Lee")
        let place = try app.allow(browser, try browser.submit(results, [("patient", "3")]))
        #expect(try app.redeem(try #require(place.parameters["code"]), server).json["patient"] == "3")
    }

    @Test(arguments: [
        ("patient", "2"), ("parent", "1"), ("parent", "404"), ("parent", "2/../1"), ("parent", "Patient/2"),
        ("parent", ""), ("parent", "5"), ("physician", "404"), ("physician", "' OR 1=1 --"), ("nobody", "1"),
    ])
    func `STA-5, JW-04: the picker's value is checked on the server`(user: String, patient: String) throws {
        defer { server.stop() }
        let browser = Browser(server)
        let page = try app.walk(browser, as: user, scope: scope)
        let forged = browser.hidden(page.html) + [("patient", patient)]
        let answer = try browser.post("/select-patient", forged)
        if user == "patient" {
            #expect(answer.address.hasPrefix("/consent"), "there is nothing to pick")
        } else {
            #expect(answer.status == 400 || answer.status == 403)
            #expect(answer.response.headers["cache-control"] == "no-store")
        }
        let consent = try browser.get("/consent" + String(page.address.drop { $0 != "?" }))
        #expect(consent.address.hasPrefix(user == "patient" ? "/consent" : "/select-patient"))
        guard user == "patient" else { return }
        let place = try app.allow(browser, consent)
        #expect(try app.redeem(try #require(place.parameters["code"]), server).json["patient"] == "1")
    }

    @Test func `STA-5: a patient value sent with the consent form is not read`() throws {
        defer { server.stop() }
        let browser = Browser(server)
        let page = try app.walk(browser, as: "parent", scope: scope, patient: "2")
        let place = try browser.submit(
            page, [("patient", "1"), ("scope", "openid"), ("scope", "patient/Patient.rs"), ("decision", "allow")])
        #expect(try app.redeem(try #require(place.parameters["code"]), server).json["patient"] == "2")
    }

    @Test func `STA-2: a clinician picks an encounter of the patient, or none`() throws {
        defer { server.stop() }
        let scope = "launch/patient launch/encounter patient/Patient.rs"
        let browser = Browser(server)
        let picker = try app.walk(browser, as: "physician", scope: scope, patient: "2")
        #expect(picker.address.hasPrefix("/select-encounter"))
        #expect(Set(browser.values("encounter", on: picker)) == ["e2", ""])
        let place = try app.allow(browser, try browser.submit(picker, [("encounter", "e2")]))
        let tokens = try app.redeem(try #require(place.parameters["code"]), server).json
        #expect(tokens["patient"] == "2" && tokens["encounter"] == "e2")
        #expect(tokens.grantedScopes.contains("launch/encounter"))
        let without = try app.tokens(server, as: "physician", scope: scope, patient: "2")
        #expect(without["encounter"] == nil)
        #expect(!without.grantedScopes.contains("launch/encounter"))
    }

    @Test(arguments: ["e1", "404", "Encounter/e2", "' OR 1=1 --"])
    func `STA-5: an encounter of somebody else is refused`(encounter: String) throws {
        defer { server.stop() }
        let browser = Browser(server)
        let scope = "launch/patient launch/encounter patient/Patient.rs"
        let picker = try app.walk(browser, as: "physician", scope: scope, patient: "2")
        let answer = try browser.submit(picker, [("encounter", encounter)])
        #expect(answer.status == 403)
        #expect(
            try browser.get("/consent" + String(picker.address.drop { $0 != "?" })).address.hasPrefix(
                "/select-encounter"))
    }

    @Test func `STA-3: patient/ without launch/patient still establishes a patient`() throws {
        defer { server.stop() }
        #expect(try app.tokens(server, as: "patient", scope: "patient/Patient.rs")["patient"] == "1")
        let picked = try app.tokens(server, as: "physician", scope: "patient/Patient.rs", patient: "3")
        #expect(picked["patient"] == "3")
    }

    @Test func `STA-1: without launch/patient and patient/ nobody picks, and no patient is told`() throws {
        defer { server.stop() }
        let browser = Browser(server)
        let page = try app.walk(browser, as: "physician", scope: "openid user/Patient.rs")
        #expect(page.address.hasPrefix("/consent"))
        let place = try app.allow(browser, page)
        #expect(try app.redeem(try #require(place.parameters["code"]), server).json["patient"] == nil)
    }

    @Test func `STA-4: other launch contexts are not promised`() throws {
        defer { server.stop() }
        let tokens = try app.tokens(
            server, as: "patient", scope: scope + " launch/imagingstudy launch/list?role=https://x.example/r")
        #expect(tokens.grantedScopes == Set(scope.split(separator: " ").map(String.init)))
        #expect(tokens["fhirContext"] == nil)
    }

    @Test func `JW-06: somebody without a record cannot launch for a patient`() throws {
        defer { server.stop() }
        let browser = Browser(server)
        let page = try app.walk(browser, as: "nobody", scope: scope)
        #expect(page.address.hasPrefix("/select-patient") && browser.values("patient", on: page).isEmpty)
        expectRefusalAtApp(try browser.submit(page, [("decision", "deny")]), "access_denied")
    }

    @Test func `PW-03: a wrong name, a wrong password and a disabled account look the same`() async throws {
        defer { server.stop() }
        try await server.administer(.post, "/admin/v1/users/parent/disable")
        let tries = [("patient", "wrong"), ("stranger", TestServer.password), ("parent", TestServer.password)]
        let pages = try tries.map { user, password in
            let browser = Browser(server)
            let page = try browser.get(app.authorizePath(scope: scope))
            let answer = try browser.submit(page, [("username", user), ("password", password)])
            #expect(answer.status == 400 && answer.address.hasPrefix("/sign-in"))
            #expect(answer.response.headers.values("set-cookie").isEmpty)
            let own = browser.hidden(answer.html).map(\.1) + ["value=\"\(user)\""]
            return own.reduce(answer.html) { $0.replacing($1, with: "") }
        }
        #expect(Set(pages).count == 1)
    }
}
