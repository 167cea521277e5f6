import SMART
import Testing

/// What may be a `client_id` that is the address of a document.
@Suite struct `draft-ietf-oauth-client-id-metadata-document §3: client identifier URLs` {
    @Test(arguments: [
        "https://app.example/client", "https://app.example/client.json", "https://app.example:8443/a/b/c",
        "https://app.example:443/client", "https://app.example/oauth/client-metadata.json", "https://a.b.c.example/~x",
        "https://xn--bcher-kva.example/x", "https://app.example/client/", "https://app.example/.well-known/client",
        "https://app.example/a..b/c.", "https://1.app.example/...x", "https://127.0.0.1.example/x",
    ])
    func `an https URL with a path is one`(text: String) throws {
        for allowsLoopback in [false, true] {
            let url = try #require(ClientDocumentURL(text, allowsLoopback: allowsLoopback))
            #expect(url.value == text && text.dropFirst(8).hasPrefix(url.displayHost + "/"))
        }
    }

    private static let others = [
        "", "app", "app.example/client", "https:", "https://", "https:///client", "https://app.example",
        "https://app.example/", "https://app.example//", "https://app.example//client", "https://app.example/a//b",
        "http://app.example/client", "HTTPS://app.example/client", "Https://app.example/client",
        "ftp://app.example/client", "javascript://app.example/client", "file:///client", "data:application/json,{}",
        "https:app.example/client", "https:/app.example/client", "https:\\\\app.example\\client",
        "https://app.example/client#", "https://app.example/client#x", "https://app.example/client?",
        "https://app.example/client?x=1", "https://user@app.example/client", "https://user:pass@app.example/client",
        "https://@app.example/client", "https://app.example@evil.example/client", "https://app.example/.",
        "https://app.example/..", "https://app.example/./client", "https://app.example/../client",
        "https://app.example/a/../client", "https://app.example/a/.", "https://app.example/a/..",
        "https://app.example/a/./", "https://app.example/a/%2e%2e/client", "https://app.example/a/%2E/client",
        "https://app.example/a/.%2e/client", "https://app.example/a/%252e%252e/client",
        "https://app.example/..;/client",
        "https://app.example/a/.;x=1/client", "https://app.example/;/client", "https://app.example/a%2f..%2fclient",
        "https://app.example/a%5cclient", "https://app.example/a\\client", "https://app.example/client%00",
        "https://app.example/client ", " https://app.example/client", "https://app.example/cli ent",
        "https://app.example/client\n", "https://app.example/client\u{0}", "https://app.example/clïent",
        "https://äpp.example/client", "https://app.example./client", "https://.app.example/client",
        "https://app..example/client", "https://App.example/client", "https://app.EXAMPLE/client",
        "https://-app.example/client", "https://app-.example/client", "https://app_x.example/client",
        "https://app.example:/client", "https://app.example:0/client", "https://app.example:99999/client",
        "https://app.example:443:80/client", "https://app/client", "https://10.0.0.1/client", "https://8.8.8.8/client",
        "https://[::1]/client", "https://[2001:db8::1]/client", "https://[::ffff:127.0.0.1]/client",
        "https://2130706433/client", "https://0x7f000001/client", "https://0x7f.1/client", "https://127.1/client",
        "https://0177.0.0.1/client", "https://127.0.0.1/client", "https://localhost/client", "http://localhost/client",
        "http://127.0.0.1/client", "https://1.2.3.0x4/client",
        "https://app.example/" + String(repeating: "x", count: 236),
    ]

    @Test(arguments: others)
    func `whatever two readers could take for two addresses is none`(text: String) {
        #expect(ClientDocumentURL(text, allowsLoopback: false) == nil)
    }

    @Test func `it has at most 255 characters`() {
        #expect(
            ClientDocumentURL("https://app.example/" + String(repeating: "x", count: 235), allowsLoopback: false) != nil
        )
    }

    @Test func `for development it may be on the machine itself, and there with http`() {
        for text in [
            "http://127.0.0.1:8080/client", "http://localhost/client", "https://localhost:8443/client",
            "http://[::1]/client",
        ] {
            #expect(ClientDocumentURL(text, allowsLoopback: true) != nil, "\(text)")
            #expect(ClientDocumentURL(text, allowsLoopback: false) == nil, "\(text)")
        }
        for text in [
            "http://app.example/client", "http://127.0.0.2/client", "http://10.0.0.1/client", "http://localhost/",
            "http://localhost.example/client", "HTTP://localhost/client", "http://LOCALHOST/client",
            "http://127.0.0.1/client#x", "http://user@127.0.0.1/client",
        ] {
            #expect(ClientDocumentURL(text, allowsLoopback: true) == nil, "\(text)")
        }
    }
}
