/// The frame around every page: brand on top, one card in the middle, help at the bottom. No script, no inline style.
struct PageLayout: Sendable {
    /// How wide the card may grow: forms are narrow, lists are wide.
    enum Width: Sendable {
        case narrow, wide
    }

    let title: String
    let body: HTML
    let width: Width
    /// What the page's last line says of the organization; nil: what most pages say.
    let footer: Texts.Naming?

    init(title: String, width: Width = .narrow, footer: Texts.Naming? = nil, body: HTML) {
        self.title = title
        self.width = width
        self.footer = footer
        self.body = body
    }

    func render(_ style: PageStyle) -> [UInt8] {
        let language = style.texts.language
        let page: HTML = """
            <!doctype html>
            <html lang="\(language.tag)" dir="\(language.direction.rawValue)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="robots" content="noindex, nofollow">
            <title>\(title) – \(style.branding.name)</title>
            <link rel="stylesheet" href="\(style.stylesheetURL)">
            <link rel="icon" href="\(style.iconURL)">
            </head>
            <body>
            \(header(style))
            <main class="card\(" wide", if: width == .wide)">
            \(body)
            </main>
            \(footer(style))
            </body>
            </html>

            """
        return page.bytes
    }

    private func header(_ style: PageStyle) -> HTML {
        """
        <header class="brand">
        \(mark(style.logoURL))
        <span class="brand-name">\(.isolated(style.branding.name))</span>
        </header>
        """
    }

    /// The name stands beside the picture, so the picture itself stays silent for a screen reader.
    private func mark(_ logo: String?) -> HTML {
        if let logo { return "<img class=\"brand-logo\" src=\"\(logo)\" alt=\"\">" }
        return """
            <svg class="brand-mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
            <path d="M8 2 15 11M24 2 17 11" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round"/>
            <rect x="5" y="11" width="22" height="19" rx="4" fill="currentColor"/>
            <path d="M16 15.5v10M11 20.5h10" class="brand-mark-cross" stroke-width="3" stroke-linecap="round"/>
            </svg>
            """
    }

    private func footer(_ style: PageStyle) -> HTML {
        let texts = style.texts.common
        var items: [HTML] = []
        if let help = style.branding.helpURL.flatMap(WebAddress.init) {
            items.append("<li>\(help.link(HTML(text: texts.help), note: texts.opensNewTab))</li>")
        }
        if let privacy = style.branding.privacyURL.flatMap(WebAddress.init) {
            items.append("<li>\(privacy.link(HTML(text: texts.privacy), note: texts.opensNewTab))</li>")
        }
        items += style.otherLanguages.map { link in
            """
            <li><a href="\(link.address)" lang="\(link.texts.tag)" hreflang="\(link.texts.tag)">\(link.texts.name)</a></li>
            """
        }
        return """
            <footer class="foot">
            <p>\((footer ?? texts.footer)(.isolated(style.branding.name)))</p>
            \(style.branding.helpText.map { "<p>\(.isolated($0))</p>" as HTML })
            \("<ul>\(items)</ul>", if: !items.isEmpty)
            </footer>
            """
    }
}
