/// Asks why the glass is to be broken, and says what comes of it: for whom, for how long, and that it is reviewed.
struct EmergencyPage: Sendable {
    enum Problem: Sendable, Equatable { case reason }

    let action: String
    let handle: String
    let csrf: String
    let clientName: String
    let patient: PatientChoice
    let userName: String
    let minutes: Int64
    let reason: String
    let problem: Problem?

    func render(_ style: PageStyle) -> [UInt8] {
        let texts = style.texts, words = texts.emergency
        let notice = ProblemNotice(text: problem.map { _ in words.reasonNeeded })
        let title = notice.isShown ? texts.common.problemTitle(words.title) : words.title
        let content: HTML = """
            <h1>\(words.heading(.isolated(patient.name)))</h1>
            \(notice.html)
            <p class="notice caution">\(words.warning)</p>
            \(facts(texts))
            \(PageForm(action: action, handle: handle, csrf: csrf).post(fields(texts, notice)))
            """
        return PageLayout(title: title, width: .wide, body: content).render(style)
    }

    private func facts(_ texts: Texts) -> HTML {
        let lines = patient.facts(texts).map { "<span class=\"fact\">\($0)</span> " as HTML }
        let record: HTML =
            "<strong>\(.isolated(patient.name))</strong> <span class=\"facts\">\(lines)</span>"
        return """
            <dl class="about">
            \(fact(texts.consent.record, record))
            \(fact(texts.consent.app, .isolated(clientName)))
            \(fact(texts.consent.signedInAs, .isolated(userName)))
            \(fact(texts.emergency.lasts, HTML(text: texts.common.minutes(minutes))))
            </dl>
            """
    }

    private func fact(_ name: String, _ value: HTML) -> HTML {
        "<div><dt>\(name)</dt><dd>\(value)</dd></div>"
    }

    private func fields(_ texts: Texts, _ notice: ProblemNotice) -> HTML {
        let words = texts.emergency
        return """
            <div class="field">
            <label for="reason">\(words.reason)</label>
            <p class="hint" id="reason-hint">\(words.reasonHint)</p>
            <textarea id="reason" name="reason" rows="4" maxlength="\(String(EmergencyReason.longest))" required \
            aria-describedby="reason-hint\(" problem", if: notice.isShown)"\
            \(" aria-invalid=\"true\"", if: notice.isShown)>
            \(reason)</textarea>
            </div>
            <div class="actions">
            <button type="submit" name="decision" value="open" class="primary">\(words.open)</button>
            \(CancelButton(texts: texts.common).html)
            </div>
            """
    }
}
