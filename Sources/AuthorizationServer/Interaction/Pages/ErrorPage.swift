/// Says what went wrong where the person cannot be sent back to the app, with a code for the app's developer and a
/// reference for the help desk.
struct ErrorPage: Sendable {
    let status: Int
    let heading: String
    let explanation: String
    /// One line for the app's developer; it names the parameter.
    let detail: String?
    /// The OAuth error code.
    let code: String
    let requestID: String
    /// Where the same can be tried again, of this server's own making.
    let retry: String?

    init(
        status: Int, heading: String, explanation: String, detail: String? = nil, code: String, requestID: String,
        retry: String? = nil
    ) {
        self.status = status
        self.heading = heading
        self.explanation = explanation
        self.detail = detail
        self.code = code
        self.requestID = requestID
        self.retry = retry
    }

    init(
        _ reason: ErrorReason, status: Int, detail: String? = nil, code: String, requestID: String,
        retry: String? = nil, texts: Texts
    ) {
        let words = texts.errors[reason]
        self.init(
            status: status, heading: words?.heading ?? code, explanation: words?.explanation ?? "", detail: detail,
            code: code, requestID: requestID, retry: retry)
    }

    func render(_ style: PageStyle) -> [UInt8] {
        let texts = style.texts.errorDetails
        let developer = detail.map { "<div><dt>\(texts.forDevelopers)</dt><dd>\(.isolated($0))</dd></div>" as HTML }
        let again = retry.map {
            "<p class=\"actions\"><a class=\"button\" href=\"\($0)\">\(texts.retry)</a></p>" as HTML
        }
        let content: HTML = """
            <h1>\(heading)</h1>
            <p class="lead">\(explanation)</p>
            \(again)
            <dl class="about small">
            \(developer)
            <div><dt>\(texts.code)</dt><dd><code>\(code)</code> (\(status))</dd></div>
            <div><dt>\(texts.reference)</dt><dd><code>\(requestID)</code></dd></div>
            </dl>
            """
        return PageLayout(title: heading, body: content).render(style)
    }
}
