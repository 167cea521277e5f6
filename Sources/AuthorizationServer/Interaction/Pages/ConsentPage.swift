import Policy

/// Asks a person whether an app may have what it asks for, and says in plain words what that is (AZ-21, AUTHZ-39).
struct ConsentPage: Sendable {
    /// The app as the person should judge it. Name and publisher are what the app says of itself; the host it sends
    /// people back to is what this server holds it to.
    struct Client: Sendable, Equatable {
        let name: String
        let publisherURI: String?
        let policyURI: String?
        let termsURI: String?
        let contacts: [String]
        let redirectHost: String
        /// The host of the document that says what the app is; nil for an app that was registered here.
        let documentHost: String?
        /// Somebody of the organization has looked at the app.
        let isReviewed: Bool

        init(
            name: String, publisherURI: String?, policyURI: String? = nil, termsURI: String? = nil,
            contacts: [String] = [], redirectHost: String, documentHost: String? = nil, isReviewed: Bool = true
        ) {
            self.name = name
            self.publisherURI = publisherURI
            self.policyURI = policyURI
            self.termsURI = termsURI
            self.contacts = contacts
            self.redirectHost = redirectHost
            self.documentHost = documentHost
            self.isReviewed = isReviewed
        }
    }

    enum Problem: Sendable, Equatable {
        case nothingChosen, formExpired
    }

    let action: String
    let handle: String
    let csrf: String
    let client: Client
    /// Whose record it is, as the picker shows them; nil when no patient is in context.
    let patient: PatientChoice?
    /// What the app says that it is for; nil when it says nothing.
    let purpose: PurposeOfUse?
    let userName: String
    let scopes: [ScopeChoice]
    /// The app asks for a refresh token that outlives the session, whether or not a box stands for it (AUT-PAT-11).
    let offline: Bool
    /// Whether the answer may be remembered (AZ-20).
    let offersMemory: Bool
    let problem: Problem?
    /// The app asks to administer this server, and for no records.
    var isAdministration = false

    func render(_ style: PageStyle) -> [UInt8] {
        let texts = style.texts
        let notice = ProblemNotice(text: problem.map { text(of: $0, texts.consent) })
        let title = notice.isShown ? texts.common.problemTitle(texts.consent.title) : texts.consent.title
        let content: HTML = """
            <h1>\(heading(texts.consent)(.isolated(client.name)))</h1>
            \(notice.html)
            \(unreviewed(style), if: !client.isReviewed)
            \(facts(texts))
            \(PageForm(action: action, handle: handle, csrf: csrf).post(choices(texts.consent, notice)))
            """
        let footer = isAdministration ? texts.consent.administration.footer : nil
        return PageLayout(title: title, width: .wide, footer: footer, body: content).render(style)
    }

    private func heading(_ texts: Texts.Consent) -> Texts.Naming {
        isAdministration ? texts.administration.heading : texts.heading
    }

    private func trust(_ texts: Texts.Consent) -> Texts.Naming {
        isAdministration ? texts.administration.trust : texts.trust
    }

    /// AD-04: the name alone makes nobody the organization's own.
    private func unreviewed(_ style: PageStyle) -> HTML {
        "<p class=\"notice caution\">\(style.texts.consent.unreviewed(.isolated(style.branding.name)))</p>"
    }

    private func facts(_ texts: Texts) -> HTML {
        let words = texts.consent
        let publisher = client.publisherURI.map { uri in
            WebAddress(uri).map { $0.link(.isolated($0.host), note: texts.common.opensNewTab) } ?? .isolated(uri)
        }
        let record = patient.map { patient in
            let lines = patient.facts(texts).map { "<span class=\"fact\">\($0)</span> " as HTML }
            return "<strong>\(.isolated(patient.name))</strong> <span class=\"facts\">\(lines)</span>" as HTML
        }
        return """
            <dl class="about">
            \(client.documentHost.map { fact(words.comesFrom, "<strong>\(.isolated($0))</strong>") })
            \(record.map { fact(words.record, $0) })
            \(purpose.flatMap { words.purposes[$0] }.map { fact(words.purpose, "<strong>\($0)</strong>") })
            \(fact(words.returnsTo, "<strong>\(.isolated(client.redirectHost))</strong>"))
            \(fact(words.publisher, publisher ?? HTML(text: words.unknownPublisher)))
            \(ofItself(texts))
            \(fact(words.signedInAs, .isolated(userName)))
            </dl>
            """
    }

    /// What the app says of itself: addresses that are none are shown and lead nowhere.
    private func ofItself(_ texts: Texts) -> HTML? {
        let words = texts.consent
        let documents = [(words.policy, client.policyURI), (words.terms, client.termsURI)].compactMap { name, uri in
            uri.map { uri -> HTML in
                let label = HTML(text: name)
                return WebAddress(uri).map { $0.link(label, note: texts.common.opensNewTab) }
                    ?? "\(label): \(.isolated(uri))"
            }
        }
        let contacts = client.contacts.prefix(3).map { "\(words.contact): \(.isolated($0))" as HTML }
        let lines = (documents + contacts).map { "<span class=\"fact\">\($0)</span>" as HTML }
        return lines.isEmpty ? nil : fact(words.about, "\(lines)")
    }

    private func fact(_ name: String, _ value: HTML) -> HTML {
        "<div><dt>\(name)</dt><dd>\(value)</dd></div>"
    }

    /// "Don't allow" stands first because Enter on a box presses the first button of the form.
    private func choices(_ texts: Texts.Consent, _ notice: ProblemNotice) -> HTML {
        let hint: HTML = scopes.isEmpty && !offline ? HTML(text: texts.nothingAsked) : HTML(text: texts.chooseWhat)
        return """
            <p class="hint"\(notice.reference)>\(hint)</p>
            \(ScopeGroup.allCases.map { section($0, texts) })
            \(memory(texts), if: offersMemory)
            <p class="trust">\(trust(texts)(.isolated(client.name)))</p>
            <div class="actions pair">
            <button type="submit" name="decision" value="deny">\(texts.deny)</button>
            <button type="submit" name="decision" value="allow" class="primary">\(texts.allow)</button>
            </div>
            """
    }

    /// Never ticked by us: to be asked each time is what a person gets who does nothing.
    private func memory(_ texts: Texts.Consent) -> HTML {
        """
        <div class="choice alone">
        <input type="checkbox" id="remember" name="remember" value="yes" aria-describedby="remember-more">
        <label for="remember"><span class="choice-title">\(texts.remember)</span></label>
        <p class="explanation" id="remember-more">\(texts.rememberHint)</p>
        </div>
        """
    }

    private func section(_ group: ScopeGroup, _ texts: Texts.Consent) -> HTML {
        let boxes = scopes.enumerated().filter { $0.element.group == group }.map {
            ScopeBox(choice: $0.element, id: "scope-\($0.offset)", texts: texts).html
        }
        let tellsOffline = group == .continuedAccess && offline && !scopes.contains { $0.scope == "offline_access" }
        guard !boxes.isEmpty || tellsOffline else { return .empty }
        return """
            <fieldset class="choices\(" continued", if: group == .continuedAccess)">
            <legend>\(texts.groups[group] ?? "")</legend>
            \("<p class=\"notice caution\">\(texts.offlineNotice)</p>", if: tellsOffline)
            \(boxes)
            </fieldset>
            """
    }

    private func text(of problem: Problem, _ texts: Texts.Consent) -> String {
        switch problem {
        case .nothingChosen: texts.nothingChosen
        case .formExpired: texts.formExpired
        }
    }
}
