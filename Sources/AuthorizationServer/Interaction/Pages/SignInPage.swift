/// Asks for name and password, with the fields a password manager looks for.
struct SignInPage: Sendable {
    let action: String
    /// Nil with `clientName`.
    let handle: String?
    let csrf: String
    /// The app that waits; nil when somebody signs in to this server itself.
    let clientName: String?
    let username: String
    let problem: SignInProblem?

    func render(_ style: PageStyle) -> [UInt8] {
        let texts = style.texts
        let notice = ProblemNotice(text: problem?.text(texts))
        let form = PageForm(action: action, handle: handle, csrf: csrf)
        let title = notice.isShown ? texts.common.problemTitle(texts.signIn.title) : texts.signIn.title
        let content: HTML = """
            <h1>\(texts.signIn.title)</h1>
            <p class="lead">\(clientName.map { texts.signIn.toContinue(.isolated($0)) } ?? HTML(text: texts.signIn.toManage))</p>
            \(notice.html)
            \(form.post(fields(texts, notice)))
            """
        return PageLayout(title: title, body: content).render(style)
    }

    private func fields(_ texts: Texts, _ notice: ProblemNotice) -> HTML {
        let invalid = problem == .wrongCredentials
        let hasName = !username.isEmpty
        return """
            <div class="field">
            <label for="username">\(texts.signIn.username)</label>
            <input id="username" name="username" type="text" value="\(username)" autocomplete="username" \
            autocapitalize="none" autocorrect="off" spellcheck="false" required\(notice.reference)\
            \(" aria-invalid=\"true\"", if: invalid)\(" autofocus", if: !hasName)>
            </div>
            <div class="field">
            <label for="password">\(texts.signIn.password)</label>
            <input id="password" name="password" type="password" autocomplete="current-password" required\
            \(notice.reference)\(" aria-invalid=\"true\"", if: invalid)\(" autofocus", if: hasName)>
            </div>
            <div class="actions">
            <button type="submit" class="primary">\(texts.signIn.submit)</button>
            \(CancelButton(texts: texts.common).html, if: clientName != nil)
            </div>
            """
    }
}
