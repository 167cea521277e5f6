import Encoding

/// One visit as the picker shows it.
struct EncounterChoice: Sendable, Equatable {
    let id: String
    let title: String
    let start: Int64?
    /// A code of FHIR's encounter status.
    let status: String

    func facts(_ texts: Texts) -> [HTML] {
        let began = start.map { HTML(text: DateWords(texts.dates).time($0)) }
        return [began, HTML(text: texts.encounters.statuses[status] ?? status)].compactMap { $0 }
    }
}

/// Lets a person choose the visit the app will work with.
struct EncounterPickerPage: Sendable {
    let action: String
    let handle: String
    let csrf: String
    let clientName: String
    let patientName: String
    let encounters: [EncounterChoice]
    /// Whether the flow goes on without a visit; then an empty `encounter` says so.
    let allowsNone: Bool
    /// Where the next page of visits begins; nil on the last.
    let nextCursor: String?
    let problem: PickerProblem?

    func render(_ style: PageStyle) -> [UInt8] {
        let texts = style.texts
        let notice = ProblemNotice(text: problem.map { text(of: $0, texts.encounters) })
        let title = notice.isShown ? texts.common.problemTitle(texts.encounters.title) : texts.encounters.title
        let content: HTML = """
            <h1>\(texts.encounters.title)</h1>
            <p class="lead">\(texts.encounters.why(.isolated(clientName)))</p>
            \(notice.html)
            \(PageForm(action: action, handle: handle, csrf: csrf).post(choices(texts, notice)))
            """
        return PageLayout(title: title, width: .wide, body: content).render(style)
    }

    private func choices(_ texts: Texts, _ notice: ProblemNotice) -> HTML {
        var lines = encounters.enumerated().map { index, encounter in
            RadioChoice(
                name: "encounter", index: index, value: encounter.id, title: .isolated(encounter.title),
                facts: encounter.facts(texts)
            ).html
        }
        if allowsNone {
            let none = HTML(text: texts.encounters.withoutVisit)
            lines.append(RadioChoice(name: "encounter", index: lines.count, value: "", title: none, facts: []).html)
        }
        return """
            \("<p class=\"empty\" role=\"status\">\(texts.encounters.none)</p>", if: encounters.isEmpty)
            \(fieldset(lines, texts, notice), if: !lines.isEmpty)
            \(nextPage(texts.encounters))
            <div class="actions sticky">
            \("<button type=\"submit\" class=\"primary\">\(texts.common.proceed)</button>", if: !lines.isEmpty)
            \(CancelButton(texts: texts.common).html)
            </div>
            """
    }

    private func nextPage(_ texts: Texts.Encounters) -> HTML? {
        guard let nextCursor else { return nil }
        let parameters = FormParameters([("interaction", handle), ("after", nextCursor)])
        return """
            <nav class="more" aria-label="\(texts.more)"><a href="\(action)?\(parameters.serialized())" \
            rel="next">\(texts.more)</a></nav>
            """
    }

    private func fieldset(_ lines: [HTML], _ texts: Texts, _ notice: ProblemNotice) -> HTML {
        """
        <fieldset class="choices"\(notice.reference)>
        <legend>\(texts.encounters.legend(.isolated(patientName)))</legend>
        \(lines)
        </fieldset>
        """
    }

    private func text(of problem: PickerProblem, _ texts: Texts.Encounters) -> String {
        switch problem {
        case .notChosen: texts.notChosen
        case .notAvailable: texts.notAvailable
        }
    }
}
