import Encoding

/// Lets a person find and choose the patient the app will work with: a search form that only reads, and radio buttons.
struct PatientPickerPage: Sendable {
    let action: String
    let handle: String
    let csrf: String
    let clientName: String
    let query: String
    /// A FHIR `date`, as the browser's own date field sends it.
    let birthDate: String
    /// False for those who have a few records of their own.
    let offersSearch: Bool
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
            \(search(texts.patients), if: offersSearch)
            \(PageForm(action: action, handle: handle, csrf: csrf).post(results(texts, notice)))
            """
        return PageLayout(title: title, width: .wide, body: content).render(style)
    }

    /// A GET to the same page; it changes nothing, so it needs no CSRF token (SE-08).
    private func search(_ texts: Texts.Patients) -> HTML {
        """
        <form method="get" action="\(action)" role="search" class="search">
        <input type="hidden" name="interaction" value="\(handle)">
        <div class="search-line">
        <div class="field words">
        <label for="q">\(texts.search)</label>
        <p class="hint" id="q-hint">\(texts.searchHint)</p>
        <input id="q" name="q" type="search" value="\(query)" autocomplete="off" spellcheck="false" \
        aria-describedby="q-hint">
        </div>
        <div class="field">
        <label for="birthdate">\(texts.birthDate)</label>
        <input id="birthdate" name="birthdate" type="date" value="\(birthDate)" autocomplete="off">
        </div>
        <button type="submit">\(texts.searchSubmit)</button>
        </div>
        </form>
        """
    }

    private func results(_ texts: Texts, _ notice: ProblemNotice) -> HTML {
        let asked = sought(texts)
        guard !patients.isEmpty else {
            let words = asked.isEmpty ? HTML(text: texts.patients.none) : texts.patients.noMatch(.isolated(asked))
            return """
                <p class="empty" role="status">\(words)</p>
                <div class="actions">\(CancelButton(texts: texts.common).html)</div>
                """
        }
        let legend = asked.isEmpty ? HTML(text: texts.patients.legend) : texts.patients.matches(.isolated(asked))
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

    /// What was looked for, in one line.
    private func sought(_ texts: Texts) -> String {
        let date = birthDate.isEmpty ? nil : DateWords(texts.dates).date(birthDate)
        return [query, date].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ", ")
    }

    private func nextPage(_ texts: Texts.Patients) -> HTML? {
        guard let nextCursor else { return nil }
        let parameters = FormParameters([
            ("interaction", handle), ("q", query), ("birthdate", birthDate), ("after", nextCursor),
        ])
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
