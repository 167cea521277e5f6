import Encoding

/// What each app may do for the person who is signed in, with a button that ends it, and their own sign-ins (checklist
/// REV-5, REV-7): SMART's `management_endpoint`.
struct AppsPage: Sendable {
    struct SignIn: Sendable, Equatable {
        let at: Int64
        let isSuccess: Bool
        let device: String?
        let address: String?
    }

    /// The path of the page; its forms go to paths below it.
    let action: String
    let csrf: String
    let userName: String
    let apps: [AppSummary]
    let signIns: [SignIn]
    /// Where the next page of sign-ins begins; nil on the last.
    let earlierCursor: String?
    /// The name of the app whose access has just ended.
    let withdrawn: String?
    /// A form was too old: nothing has been done.
    let formExpired: Bool

    func render(_ style: PageStyle) -> [UInt8] {
        let texts = style.texts
        let notice = ProblemNotice(text: formExpired ? texts.apps.formExpired : nil)
        let title = notice.isShown ? texts.common.problemTitle(texts.apps.title) : texts.apps.title
        let content: HTML = """
            <h1>\(texts.apps.title)</h1>
            <p class="lead">\(texts.apps.signedInAs(.isolated(userName)))</p>
            \(notice.html)
            \(withdrawn.map { "<p class=\"notice success\" role=\"status\">\(texts.apps.withdrawn(.isolated($0)))</p>" as HTML })
            \("<p class=\"empty\">\(texts.apps.none)</p>", if: apps.isEmpty)
            \(apps.enumerated().map { AppSection(app: $1, index: $0, action: action, csrf: csrf).html(texts) })
            \(history(texts))
            \(PageForm(action: action + "/sign-out", handle: nil, csrf: csrf).post(signOut(texts.signOut)))
            """
        return PageLayout(title: title, width: .wide, body: content).render(style)
    }

    private func history(_ texts: Texts) -> HTML {
        let lines = signIns.map { line($0, texts) }
        return """
            <section class="app" aria-labelledby="history">
            <h2 id="history">\(texts.apps.history)</h2>
            \("<p class=\"hint\">\(texts.apps.historyHint)</p><ol class=\"history\">\(lines)</ol>", if: !lines.isEmpty)
            \("<p class=\"empty\">\(texts.apps.noSignIns)</p>", if: lines.isEmpty)
            \(earlier(texts.apps))
            </section>
            """
    }

    private func line(_ signIn: SignIn, _ texts: Texts) -> HTML {
        let words = texts.apps
        let place = [signIn.device ?? words.unknownDevice, signIn.address].compactMap { $0 }.joined(separator: " · ")
        let outcome: HTML =
            signIn.isSuccess ? "<span>\(words.success)</span>" : "<span class=\"failed\">\(words.failure)</span>"
        return """
            <li><span class="when">\(DateWords(texts.dates).time(signIn.at))</span> \(outcome)
            <span class="where">\(.isolated(place))</span></li>
            """
    }

    private func earlier(_ texts: Texts.Apps) -> HTML? {
        guard let earlierCursor else { return nil }
        return """
            <nav class="more" aria-label="\(texts.earlier)">\
            <a href="\(action)?\(FormParameters([("before", earlierCursor)]).serialized())" rel="next">\(texts.earlier)</a></nav>
            """
    }

    private func signOut(_ texts: Texts.SignOut) -> HTML {
        "<div class=\"actions\"><button type=\"submit\">\(texts.confirm)</button></div>"
    }
}
