/// Asks for a new password, twice, with the fields a password manager looks for.
struct NewPasswordPage: Sendable {
    let action: String
    /// Nil on the person's own page.
    let handle: String?
    let csrf: String
    let username: String
    let problem: NewPasswordProblem?

    func render(_ style: PageStyle) -> [UInt8] {
        let texts = style.texts, words = texts.newPassword
        let notice = ProblemNotice(text: problem?.text(texts))
        let form = PageForm(action: action, handle: handle, csrf: csrf)
        let title = notice.isShown ? texts.common.problemTitle(words.title) : words.title
        let content: HTML = """
            <h1>\(words.title)</h1>
            <p class="lead">\(words.why)</p>
            \(notice.html)
            \(form.post(fields(texts, notice)))
            """
        return PageLayout(title: title, body: content).render(style)
    }

    private func fields(_ texts: Texts, _ notice: ProblemNotice) -> HTML {
        let words = texts.newPassword, invalid = problem != nil
        return """
            <div class="field">
            <label for="username">\(texts.signIn.username)</label>
            <input id="username" name="username" type="text" value="\(username)" autocomplete="username" readonly>
            </div>
            <div class="field">
            <label for="password">\(words.password)</label>
            <p class="hint" id="password-rules">\(words.rules(NewPassword.leastCharacters))</p>
            <input id="password" name="password" type="password" autocomplete="new-password" required autofocus \
            aria-describedby="password-rules"\(" aria-invalid=\"true\"", if: invalid)>
            </div>
            <div class="field">
            <label for="repeated">\(words.repeated)</label>
            <input id="repeated" name="repeated" type="password" autocomplete="new-password" required\
            \(notice.reference)\(" aria-invalid=\"true\"", if: invalid)>
            </div>
            <div class="actions">
            <button type="submit" class="primary">\(words.submit)</button>
            \(CancelButton(texts: texts.common).html, if: handle != nil)
            </div>
            """
    }
}
