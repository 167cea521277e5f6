import Encoding

/// Lets a person find and choose the patient the app will work with: a search form that only reads, and radio buttons.
struct PatientPickerPage: Sendable {
    let action: String
    let handle: String
    let csrf: String
    let clientName: String
    let query: String
    let patients: [PatientChoice]
    /// Where the next page of results begins; nil on the last.
    let nextCursor: String?
    let problem: PickerProblem?

    func render(_ style: PageStyle) -> [UInt8] {
        let texts = style.texts
        let notice = ProblemNotice(text: problem.map { text(of: $0, texts.patients) })
        let title = notice.isShown ? texts.common.problemTitle(texts.patients.title) : texts.patients.title
        let content: HTML = """
            <h1>\(texts.patients.title)</h1>
            <p class="lead">\(texts.patients.why(.isolated(clientName)))</p>
            \(notice.html)
            \(search(texts.patients))
            \(PageForm(action: action, handle: handle, csrf: csrf).post(results(texts, notice)))
            """
        return PageLayout(title: title, width: .wide, body: content).render(style)
    }

    /// A GET to the same page; it changes nothing, so it needs no CSRF token (SE-08).
    private func search(_ texts: Texts.Patients) -> HTML {
        """
        <form method="get" action="\(action)" role="search" class="search">
        <input type="hidden" name="interaction" value="\(handle)">
        <label for="q">\(texts.search)</label>
        <p class="hint" id="q-hint">\(texts.searchHint)</p>
        <div class="search-line">
        <input id="q" name="q" type="search" value="\(query)" autocomplete="off" spellcheck="false" \
        aria-describedby="q-hint">
        <button type="submit">\(texts.searchSubmit)</button>
        </div>
        </form>
        """
    }

    private func results(_ texts: Texts, _ notice: ProblemNotice) -> HTML {
        guard !patients.isEmpty else {
            let words = query.isEmpty ? HTML(text: texts.patients.none) : texts.patients.noMatch(.isolated(query))
            return """
                <p class="empty" role="status">\(words)</p>
                <div class="actions">\(CancelButton(texts: texts.common).html)</div>
                """
        }
        let legend = query.isEmpty ? HTML(text: texts.patients.legend) : texts.patients.matches(.isolated(query))
        let choices = patients.enumerated().map { index, patient in
            RadioChoice(
                name: "patient", index: index, value: patient.id, title: .isolated(patient.name),
                facts: patient.facts(texts)
            ).html
        }
        return """
            <fieldset class="choices"\(notice.reference)>
            <legend>\(legend)</legend>
            \(choices)
            </fieldset>
            \(nextPage(texts.patients))
            <div class="actions sticky">
            <button type="submit" class="primary">\(texts.common.proceed)</button>
            \(CancelButton(texts: texts.common).html)
            </div>
            """
    }

    private func nextPage(_ texts: Texts.Patients) -> HTML? {
        guard let nextCursor else { return nil }
        let parameters = FormParameters([("interaction", handle), ("q", query), ("after", nextCursor)])
        return """
            <nav class="more" aria-label="\(texts.more)"><a href="\(action)?\(parameters.serialized())" \
            rel="next">\(texts.more)</a></nav>
            """
    }

    private func text(of problem: PickerProblem, _ texts: Texts.Patients) -> String {
        switch problem {
        case .notChosen: texts.notChosen
        case .notAvailable: texts.notAvailable
        }
    }
}
