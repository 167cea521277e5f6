import HTTP
import Testing

@testable import AuthorizationServer

/// CAS-9: how long the words of an answer let it be kept; in doubt, the shorter time.
@Suite struct `RFC 9111 §4.2 freshness` {
    struct Case: Sendable, CustomTestStringConvertible {
        let headers: [(String, String)]
        let seconds: Int64
        var testDescription: String { "\(headers.map { "\($0.0): \($0.1)" }) \(seconds)" }

        init(_ cacheControl: String, _ seconds: Int64, _ more: [(String, String)] = []) {
            headers = [("Cache-Control", cacheControl)] + more
            self.seconds = seconds
        }

        init(without headers: [(String, String)], _ seconds: Int64) {
            self.headers = headers
            self.seconds = seconds
        }
    }

    private static let cases: [Case] = [
        Case(without: [], 300), Case("", 300), Case("public", 300), Case("private, must-revalidate", 300),
        Case("max-age=60", 60), Case("public, max-age=60", 60), Case("Max-Age=60", 60), Case("max-age=\"60\"", 60),
        Case("max-age=60, immutable", 60), Case(" ,, max-age=60 ,", 60), Case("max-age = 60", 60),
        Case("max-age=3600", 3600), Case("max-age=3601", 3600), Case("max-age=31536000", 3600),
        Case("max-age=9223372036854775807", 3600), Case("max-age=99999999999999999999999", 3600),
        Case("max-age=0", 0), Case("max-age=", 0), Case("max-age", 0), Case("max-age=-1", 0), Case("max-age=1.5", 0),
        Case("max-age=1h", 0), Case("max-age=\u{664}", 0), Case("max-age=60, max-age=30", 30),
        Case("no-store", 0), Case("NO-STORE", 0), Case("no-cache", 0), Case("no-cache=\"set-cookie\"", 0),
        Case("max-age=60, no-store", 0), Case("no-cache, max-age=60", 0), Case("no-store=1, max-age=60", 0),
        Case("max-age=60", 0, [("Cache-Control", "no-store")]),
        Case("max-age=60", 20, [("cache-control", "max-age=20")]),
        Case("x=\"no-store, \\\" no-cache\", max-age=60", 60), Case("x=\"max-age=5\"", 300),
        Case("max-age=60, x=\"no-store", 0), Case("s-maxage=9, max-age=60", 60), Case("xno-store, max-age=60", 60),
        Case("max-age=60", 50, [("Age", "10")]), Case("max-age=60", 0, [("Age", "60")]),
        Case("max-age=60", 0, [("Age", "99999999999999999999999")]), Case("max-age=60", 60, [("Age", "-5")]),
        Case("max-age=60", 60, [("Age", "soon")]), Case("max-age=7200", 3000, [("Age", "600")]),
        Case(without: [("Age", "100")], 200), Case(without: [("Expires", "0")], 0),
        Case(without: [("Expires", "Thu, 01 Dec 2094 16:00:00 GMT")], 0),
        Case("public", 0, [("Expires", "Thu, 01 Dec 2094 16:00:00 GMT")]),
        Case("max-age=60", 60, [("Expires", "Thu, 01 Dec 1994 16:00:00 GMT")]),
    ]

    @Test(arguments: cases)
    func `what the fields say`(example: Case) {
        #expect(Freshness.seconds(Headers(example.headers), unsaid: 300, longest: 3600) == example.seconds)
    }
}
