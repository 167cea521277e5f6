import Encoding
import HTTP
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct `AD-04: a client that registers itself passes for no other` {
    private func server(_ policy: RegistrationPolicy = TestServer.registrationPolicy()) async throws -> TestServer {
        try await TestServer.started { $0.registration = policy }
    }

    /// "Public App", "The EHR" and "Confidential App" are there.
    private static let alike = [
        "Public App", "public app", "PUBLICAPP", "Public-App", "P.u.b.l.i.c App!", "Püblic Äpp", "Publíc  App",
        "PubIic App", "Pub1ic App", "Publlc App", "Publ\u{131}c App", "Public\u{301} App", "Public App ®",
        "Ṕublic App", "Publiḉ App", "Pu\u{1E05}lic App", "Ṫhe EHR", "The\u{307} EHR", "Tһe EHR", "THE E H R", "Тhе ЕНR",
        "The EHR.", "Confidentia1 App", "C0nfidential App", "Confldential App",
    ]

    @Test func `names that look like another client's are refused`() async throws {
        let server = try await server()
        defer { server.stop() }
        for name in Self.alike { try expectRefusedName(name, server) }
    }

    private func expectRefusedName(
        _ name: String, _ server: TestServer, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let response = try server.register(TestServer.application(["client_name": .string(name)]))
        #expect(response.text.contains("client_name: "), "\(name)", sourceLocation: sourceLocation)
        expectRefused(response, 400, "invalid_client_metadata", sourceLocation: sourceLocation)
    }

    @Test func `a client that an administrator adds or renames later is looked at too`() async throws {
        let server = try await server()
        defer { server.stop() }
        #expect(try server.register(TestServer.application()).status == 201)
        try await server.administer(
            .post, "/admin/v1/clients", ["client_name": "Labs", "redirect_uris": ["https://labs.example/cb"]])
        for name in ["LABS", "growth chart"] {
            expectRefused(
                try server.register(TestServer.application(["client_name": .string(name)])), 400,
                "invalid_client_metadata")
        }
        // Where there is no name, people read the id.
        try await server.administer(
            .post, "/admin/v1/clients", ["client_id": "pharmacy", "redirect_uris": ["https://ph.example/cb"]])
        expectRefused(
            try server.register(TestServer.application(["client_name": "Pharmacy"])), 400, "invalid_client_metadata")
    }

    @Test func `a client keeps its own name when it changes something else`() async throws {
        let server = try await server()
        defer { server.stop() }
        let answer = try server.register(TestServer.application()).json
        var same = TestServer.application(["client_name": "Growth-Chart", "contacts": ["a@b.example"]])
        same["client_id"] = answer["client_id"]
        #expect(try server.manage(.put, answer, same).status == 200)
    }

    private static let disguised = [
        "Аррlе", "Bаnk Chart", "Οpen Chart", "Chаrt", "Cһart", "Chart \u{202E}trahC", "Cha\u{200B}rt", "Chart\u{2066}",
        "Ｃｈａｒｔ", "𝐂𝐡𝐚𝐫𝐭", "Ⓒhart", "ﬁle", "ℂhart", "★★★", "...", " Chart", "Chart\u{A0}One",
        "Public App\u{3164}", "Public\u{115F}App", "Public App\u{1160}", "\u{FFA0}Public App", "Public\u{34F} App",
    ]

    @Test func `mixed scripts, letters in disguise, and what cannot be seen are refused`() async throws {
        let server = try await server()
        defer { server.stop() }
        for name in Self.disguised { try expectRefusedName(name, server) }
    }

    private static let honest = [
        "Gráfica de crecimiento", "Größe & Gewicht", "Диаграмма роста", "Διάγραμμα", "成長 Chart", "成長グラフ", "مخطط النمو",
        "Chart 2", "Zdraví+", "Łódź", "O’Brien’s Chart", "3D Body",
    ]

    @Test func `honest names of one script are fine`() async throws {
        let server = try await server()
        defer { server.stop() }
        for name in Self.honest {
            let response = try server.register(TestServer.application(["client_name": .string(name)]))
            #expect(response.status == 201, "\(response.text)")
            #expect(response.json["client_name"] == .string(name))
        }
    }

    @Test func `a name of 10 kB is refused`() async throws {
        let server = try await server()
        defer { server.stop() }
        let name = String(repeating: "chart ", count: 1700)
        expectRefused(
            try server.register(TestServer.application(["client_name": .string(name)])), 400, "invalid_client_metadata")
    }

    @Test func `the client_id is the server's choice, and no two are alike`() async throws {
        let server = try await server()
        defer { server.stop() }
        let ids = try ["Aq", "Bq", "Cq"].map { name in
            try server.register(
                TestServer.application(["client_name": .string(name), "client_id": "public-app"])
            ).json["client_id"]?.stringValue
        }
        #expect(Set(ids).count == 3 && !ids.contains("public-app") && !ids.contains(nil))
    }

    @Test func `a logo is never fetched, nor anything else that the client names`() async throws {
        let server = try await server()
        defer { server.stop() }
        let receiver = try LogoutReceiver()
        defer { receiver.stop() }
        let address = JSON.string(receiver.address.replacing("/bye", with: "/elsewhere"))
        // Only administrators can name an address on this machine.
        for member in ["logo_uri", "client_uri", "tos_uri", "policy_uri"] {
            expectRefused(
                try server.register(TestServer.application([member: address])), 400, "invalid_client_metadata")
        }
        try await server.administer(
            .post, "/admin/v1/clients",
            [
                "client_id": "logo", "redirect_uris": ["https://logo.example/cb"], "logo_uri": address,
                "token_endpoint_auth_method": "none", "scope": "openid launch/patient patient/Patient.rs",
            ])
        let app = App(clientID: "logo", secret: nil, redirectURI: "https://logo.example/cb")
        #expect(try app.code(server, scope: "openid launch/patient patient/Patient.rs").isEmpty == false)
        #expect(receiver.requests.isEmpty)
    }

    @Test(arguments: ["en", "es"])
    func `the consent page says that nobody has reviewed the app, until somebody has`(language: String) async throws {
        let server = try await server()
        defer { server.stop() }
        let words = ["en": "has not reviewed it", "es": "no la ha revisado"][language] ?? ""
        let answer = try server.register(TestServer.application()).json
        let app = try App(answer)
        let wish: [(String, String?)] = [("ui_locales", language)]
        #expect(try app.consentPage(Browser(server), as: "patient", App.scope, wish).html.contains(words))
        try await server.approve(app.clientID)
        #expect(try !app.consentPage(Browser(server), as: "patient", App.scope, wish).html.contains(words))
        #expect(try !App.publicApp.consentPage(Browser(server), as: "patient", App.scope, wish).html.contains(words))
    }
}

extension App {
    fileprivate func consentPage(
        _ browser: Browser, as user: String, _ scope: String, _ changes: [(String, String?)]
    ) throws -> Browser.Place {
        try consentPage(browser, as: user, scope: scope, patient: "1", changes)
    }
}
