import Encoding
import HTTP
import TestSupport
import Testing

@testable import AuthorizationServer

/// SP 800-63B-4 §3.1.1.2.
@Suite struct `PW-02: passwords that people may have` {
    private static let names = ["dr.reyes", "Dr. Ada Reyes-Núñez", "Test Hospital"]

    private func refusal(_ text: String) -> NewPassword.Refusal? {
        do {
            _ = try NewPassword(text, names: Self.names)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        "correct horse battery", "fifteen letters", "               x Y 9 ü", "ключ от старой дачи",
        "夏草や兵どもが夢の跡と芭蕉は詠んだ",
        "👩🏽‍⚕️🐎🔋📎🌂🎻🧭🪁🥨🦉🧊🍋🪜", "patient-tries-the-demo", "Reyes walks to the hospital",
        "password of the blue door", "12345 abandoned umbrellas", "x!@#$%^&*()_+-=x", "no capital no digit no sign",
    ])
    func `are whatever is long and not guessed first, of any characters`(text: String) {
        #expect(refusal(text) == nil)
    }

    @Test func `count code points, composed, and nothing is cut off up to 1024 octets`() throws {
        // 14 characters, however they are typed and however many octets they have.
        #expect(refusal("eins zwei drei") == .tooShort)
        #expect(refusal("e\u{301}o\u{308}a\u{300} lö 🐎🔋📎🌂🎻🧭") == .tooShort)
        #expect(refusal("e\u{301}o\u{308}a\u{300} lö 🐎🔋📎🌂🎻🧭🪁🥨") == nil)
        let words = (100..<304).map { "\($0)ü" }.joined()
        #expect(words.utf8.count == 1020)
        #expect(refusal(words + "xyz!") == nil)
        #expect(refusal(words + "xyz!?") == .tooLong)
        // Octets that come with composition: U+0958 is three octets, its form C six.
        #expect(refusal(String(repeating: "\u{958}\u{959}\u{95A}", count: 100) + "correct horse") == .tooLong)
        #expect(refusal("correct horse\0battery") == .hasNUL)
        #expect(
            try NewPassword("un café très serré", names: []).secret.bytes
                == NewPassword("un cafe\u{301} tre\u{300}s serre\u{301}", names: []).secret.bytes)
    }

    @Test(
        arguments: [
            ("aaaaaaaaaaaaaaa", .repeats), ("ababababababababab", .repeats), ("!!!!!!!!!!!!!!!!", .repeats),
            ("horse7!horse7!horse7!", .repeats), ("Horse-battery horse battery", .repeats),
            ("abcdefghijklmno", .isSequence), ("9876543210987654", .isSequence), ("ZYXWVUTSRQPONMLK", .isSequence),
            ("qwertyuiopasdfgh", .isSequence), ("1qaz2wsx3edc4rfv", .isSequence), ("aaabbbcccdddeeefff", .isSequence),
            ("abcd-1234-qwer-4321", .isSequence), ("ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏ", .isSequence),
            ("passwordpassword1", .isGuessable), ("Password123456789", .isGuessable), ("Welcome to 2026 x", nil),
            ("letmein letmein!! 1", .isGuessable), ("correcthorsebatterystaple", .isGuessable),
            ("Summer2026!Winter2027!", .isGuessable), ("dr.reyes password", .isGuessable),
            ("Ada Reyes 1984-05-06", .isGuessable),
            ("adareyesnu\u{301}n\u{303}ez12", .isGuessable), ("Test Hospital 2026", .isGuessable),
            ("lanyard lanyard1", .isGuessable),
            ("Lanyard-Admin-2026", .isGuessable), ("p.a.s.s.w.o.r.d.1", .isGuessable),
            ("!\"#$%&'()*+,-./", .isSequence),
        ] as [(String, NewPassword.Refusal?)])
    func `are not those that are guessed first`(text: String, expected: NewPassword.Refusal?) {
        #expect(refusal(text) == expected)
    }

    @Test func `a refusal names the reason, for a new person and for a new password, and keeps nothing`() async throws {
        let server = try TestServer()
        defer { server.stop() }
        try await server.addSamples()
        for (password, reason) in [
            ("too short", "at least 15 characters"), ("Test Hospital 2026", "common passwords"),
            ("physician-physician1", "common passwords"), ("abcdefghijklmnopqr", "sequence"),
        ] {
            let person = ["username": "physician2", "name": "physician", "password": .string(password)] as JSON
            let answers = [
                await server.refusal(.post, "/admin/v1/users", person),
                await server.refusal(.put, "/admin/v1/users/physician/password", ["password": .string(password)]),
            ]
            for answer in answers {
                #expect(answer.status == 422)
                #expect(answer.text.contains(#""member":"password""#) && answer.text.contains(reason), "\(answer.text)")
                #expect(!answer.text.contains(password))
            }
        }
        #expect(try await server.administer(.get, "/admin/v1/users")["users"]?.arrayValue?.count == 4)
        #expect(
            try App.publicApp.tokens(server, as: "physician", scope: "launch/patient patient/*.rs").objectValue != nil)
    }

    @Test func `a password may be typed on another keyboard than it was set on`() async throws {
        let server = try TestServer()
        defer { server.stop() }
        try await server.addSamples()
        try await server.administer(.put, "/admin/v1/users/patient/password", ["password": "un café très serré"])
        let browser = Browser(server)
        let place = try browser.get("/apps")
        let other = "un cafe\u{301} tre\u{300}s serre\u{301}"
        #expect(try browser.submit(place, [("username", "patient"), ("password", other)]).address == "/apps")
    }
}

extension TestServer {
    fileprivate func refusal(_ method: HTTP.Method, _ path: String, _ json: JSON) async -> (status: Int, text: String) {
        let response = await administration.respond(
            to: Request(
                method: method, path: path, headers: Headers([("Content-Type", "application/json")]),
                body: json.serialized()))
        return (response.status, String(decoding: response.body, as: UTF8.self))
    }
}
