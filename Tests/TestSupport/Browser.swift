package import Encoding
package import HTTP

/// A browser without a screen: keeps cookies, follows redirects inside the server, reads the forms of its pages.
package final class Browser {
    private let server: TestServer
    package var cookies: [String: String] = [:]
    /// Sent as `Origin` with each form, as browsers do.
    package var origin = TestServer.issuer

    package init(_ server: TestServer) {
        self.server = server
    }

    /// A page, or where the server sends the browser outside of itself.
    package struct Place {
        package let response: ClientResponse
        /// The path and query of the page.
        package let address: String

        package var status: Int { response.status }
        package var html: String { response.text }
        package var location: String? { response.headers["location"] }

        /// The parameters at the app's address, if the browser was sent there.
        package var parameters: FormParameters {
            guard let query = location?.split(separator: "?", maxSplits: 1).last else { return FormParameters([]) }
            return (try? FormParameters(parsing: Array(query.utf8))) ?? FormParameters([])
        }
    }

    package func get(_ path: String) throws -> Place {
        try follow(try request(.get, path, []), path)
    }

    package func post(_ path: String, _ form: [(String, String)]) throws -> Place {
        try follow(try request(.post, path, form), path)
    }

    /// Sends the form of a page with the given fields beside its hidden ones.
    package func submit(_ place: Place, _ fields: [(String, String)]) throws -> Place {
        guard let action = place.html.value(after: "<form method=\"post\" action=\"", until: "\"") else {
            throw TestFailure("no form on the page: \(place.status) \(place.html.prefix(2000))")
        }
        return try post(action, hidden(place.html) + fields)
    }

    /// The hidden fields of the page's POST form.
    package func hidden(_ html: String) -> [(String, String)] {
        let form = html.components(after: "<form method=\"post\"")
        return ["interaction", "csrf"].compactMap { name in
            form.value(after: "name=\"\(name)\" value=\"", until: "\"").map { (name, $0) }
        }
    }

    /// The values of the page's boxes or radio buttons of that name.
    package func values(_ name: String, on place: Place, onlyChecked: Bool = false) -> [String] {
        place.html.inputs.filter { $0.contains("name=\"\(name)\"") && (!onlyChecked || $0.contains(" checked")) }
            .compactMap { $0.value(after: " value=\"", until: "\"")?.unescaped }
    }

    private func request(_ method: Method, _ path: String, _ form: [(String, String)]) throws -> ClientResponse {
        var headers = [("Host", "127.0.0.1:9400")]
        if !cookies.isEmpty {
            headers.append(("Cookie", cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")))
        }
        if method == .post { headers.append(("Origin", origin)) }
        let response =
            method == .post
            ? try server.post(path, form, headers: headers) : try server.send(method, path, headers: headers)
        for cookie in response.headers.values("set-cookie") { keep(cookie) }
        return response
    }

    private func keep(_ cookie: String) {
        let pair = cookie.prefix { $0 != ";" }
        guard let equals = pair.firstIndex(of: "=") else { return }
        let name = String(pair[..<equals])
        cookies[name] = cookie.contains("Max-Age=0") ? nil : String(pair[pair.index(after: equals)...])
    }

    private func follow(_ response: ClientResponse, _ path: String) throws -> Place {
        var (response, path, hops) = (response, path, 0)
        while let location = response.headers["location"], location.hasPrefix(TestServer.issuer + "/"), hops < 10 {
            path = String(location.dropFirst(TestServer.issuer.count))
            response = try request(.get, path, [])
            hops += 1
        }
        return Place(response: response, address: path)
    }
}

extension String {
    package func value(after start: String, until end: Character) -> String? {
        let rest = components(after: start)
        guard rest.count < count, let last = rest.firstIndex(of: end) else { return nil }
        return String(rest[..<last])
    }

    /// What follows the first occurrence; the whole text if there is none.
    func components(after start: String) -> String {
        guard let range = firstRange(of: start) else { return self }
        return String(self[range.upperBound...])
    }

    var inputs: [String] {
        split(separator: "<input ").dropFirst().map { String($0.prefix { $0 != ">" }) }
    }

    var unescaped: String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")].reduce(self) { text, pair in
            text.split(separator: pair.0, omittingEmptySubsequences: false).joined(separator: pair.1)
        }
    }
}
