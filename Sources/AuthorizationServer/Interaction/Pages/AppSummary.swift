import SMART

/// One app as its person's page shows it.
struct AppSummary: Sendable, Equatable {
    enum Duration: Sendable, Equatable {
        /// Until it is withdrawn.
        case offline
        /// With the session.
        case online
        case until(Int64)
    }

    let clientID: String
    let name: String
    let publisherURI: String?
    /// The host of the document that says what the app is; nil for an app that was registered here.
    let documentHost: String?
    let scope: ScopeSet
    let patients: [String]
    /// How many there are beside those.
    let morePatients: Int
    let since: Int64?
    let lastUsed: Int64?
    let duration: Duration?
    /// The person asked not to be asked again.
    let isRemembered: Bool
}

/// The part of the page that is about one app.
struct AppSection: Sendable {
    let app: AppSummary
    let index: Int
    let action: String
    let csrf: String

    func html(_ texts: Texts) -> HTML {
        let words = texts.apps
        return """
            <section class="app" aria-labelledby="app-\(index)">
            <h2 id="app-\(index)">\(.isolated(app.name))</h2>
            <dl class="about">
            \(app.documentHost.map { fact(texts.consent.comesFrom, "<strong>\(.isolated($0))</strong>") })
            \(app.publisherURI.map { fact(words.publisher, publisher($0, texts)) })
            \(fact(words.records, records(words)), if: !app.patients.isEmpty)
            \(ScopeGroup.allCases.compactMap { rights($0, texts) })
            \(duration(texts).map { fact(words.access, $0) })
            \(app.since.map { fact(words.since, time($0, texts)) })
            \(fact(words.lastUsed, app.lastUsed.map { time($0, texts) } ?? HTML(text: words.notUsed)))
            </dl>
            \("<p class=\"hint\">\(words.remembered)</p>", if: app.isRemembered)
            \(PageForm(action: action + "/withdraw", handle: nil, csrf: csrf).post(button(words)))
            </section>

            """
    }

    private func button(_ texts: Texts.Apps) -> HTML {
        """
        <input type="hidden" name="client_id" value="\(app.clientID)">
        <div class="actions"><button type="submit">\
        <span>\(texts.withdraw) <span class="aside">\(texts.ofApp(.isolated(app.name)))</span></span></button></div>
        """
    }

    private func publisher(_ uri: String, _ texts: Texts) -> HTML {
        WebAddress(uri).map { $0.link(.isolated($0.host), note: texts.common.opensNewTab) } ?? .isolated(uri)
    }

    private func records(_ texts: Texts.Apps) -> HTML {
        let names = app.patients.map { "<li>\(.isolated($0))</li>" as HTML }
        return "<ul>\(names)\("<li>\(texts.moreRecords(app.morePatients))</li>", if: app.morePatients > 0)</ul>"
    }

    /// The rights of one kind, in the words of the consent page. How long they last is told apart.
    private func rights(_ group: ScopeGroup, _ texts: Texts) -> HTML? {
        guard group != .continuedAccess, group != .context else { return nil }
        let lines = app.scope.scopes.map { ScopeDescription($0, texts) }.filter { $0.group == group }.map {
            right($0, texts)
        }
        return lines.isEmpty ? nil : fact(texts.consent.groups[group] ?? "", "<ul>\(lines)</ul>")
    }

    private func right(_ words: ScopeDescription, _ texts: Texts) -> HTML {
        """
        <li>\(words.title)\
        \(" <span class=\"tag\">\(texts.consent.writeWarning(words.group))</span>", if: words.isWriting)\
        \(limits(words))</li>
        """
    }

    /// What narrows a right; what is said of a person's identity needs no more words here.
    private func limits(_ words: ScopeDescription) -> HTML? {
        guard words.group != .identity else { return nil }
        return words.detail.map { " <span class=\"fact\">\($0)</span>" }
    }

    private func duration(_ texts: Texts) -> HTML? {
        switch app.duration {
        case .offline: HTML(text: texts.apps.offline)
        case .online: HTML(text: texts.apps.online)
        case .until(let end): HTML(text: texts.apps.until(DateWords(texts.dates).time(end)))
        case nil: nil
        }
    }

    private func time(_ seconds: Int64, _ texts: Texts) -> HTML { HTML(text: DateWords(texts.dates).time(seconds)) }

    private func fact(_ name: String, _ value: HTML) -> HTML {
        "<div><dt>\(name)</dt><dd>\(value)</dd></div>"
    }
}
