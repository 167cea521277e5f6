/// What every page shares: whose server it is, in which language it speaks, and where its stylesheet lies.
struct PageStyle: Sendable {
    let branding: Branding
    let texts: Texts
    let stylesheetURL: String
    /// Where the logo lies, if there is one: its path below the path that the server itself has.
    let logoURL: String?
    /// The same page in other languages, for the footer.
    let otherLanguages: [LanguageLink]

    init(
        branding: Branding, texts: Texts, stylesheetURL: String, logoURL: String? = nil,
        otherLanguages: [LanguageLink] = []
    ) {
        self.branding = branding
        self.texts = texts
        self.stylesheetURL = stylesheetURL
        self.logoURL = logoURL ?? branding.logo?.path
        self.otherLanguages = otherLanguages
    }

    /// Said even where there is none: browsers that are told nothing ask for `/favicon.ico`.
    var iconURL: String { logoURL ?? "data:," }
}

/// The current page in another language; `address` is a path on this server.
struct LanguageLink: Sendable, Equatable {
    let texts: Texts.Language
    let address: String

    /// `address`: the path and query of the page.
    static func others(than texts: Texts, at address: String) -> [LanguageLink] {
        Texts.all.map(\.language).filter { $0 != texts.language }.map { language in
            LanguageLink(
                texts: language, address: address + (address.contains("?") ? "&" : "?") + "language=" + language.tag)
        }
    }
}
