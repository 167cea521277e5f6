import Crypto
import Encoding

/// Brings the answer back to the app by POST (OAuth 2.0 Form Post Response Mode): a form that sends itself, and a button for
/// browsers that run no script.
struct FormPostPage: Sendable {
    let action: String
    let parameters: [(String, String)]

    private static let script: HTML = "<script>document.forms[0].submit()</script>"

    /// What the Content-Security-Policy lets run: the text between those tags and no other.
    static let scriptHash =
        "sha256-"
        + Base64.encode(
            Digest.sha256(Array(script.bytes.dropFirst("<script>".utf8.count).dropLast("</script>".utf8.count))))

    func render(_ style: PageStyle) -> [UInt8] {
        let texts = style.texts
        let fields = parameters.map { "<input type=\"hidden\" name=\"\($0.0)\" value=\"\($0.1)\">\n" as HTML }
        let content: HTML = """
            <h1>\(texts.formPost.title)</h1>
            <p class="lead">\(texts.formPost.explanation)</p>
            <form method="post" action="\(action)">
            \(fields)
            <div class="actions">
            <button type="submit" class="primary">\(texts.common.proceed)</button>
            </div>
            </form>
            \(Self.script)
            """
        return PageLayout(title: texts.formPost.title, body: content).render(style)
    }
}
