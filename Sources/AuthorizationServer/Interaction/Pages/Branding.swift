/// What makes the pages a hospital's own: its name, its colours, its logo and where its people find help.
package struct Branding: Sendable, Equatable {
    package let name: String
    /// The colour of buttons and links on light and on dark pages; shades are adjusted where they would not be readable.
    package let accent: Colour
    package let darkAccent: Colour
    package let logo: Logo?
    /// Shown in the footer when they are http(s) addresses.
    package let helpURL: String?
    /// Where people find help in words: a telephone number, a room.
    package let helpText: String?
    package let privacyURL: String?

    package init(
        name: String, accent: Colour = Self.teal, darkAccent: Colour? = nil, logo: Logo? = nil, helpURL: String? = nil,
        helpText: String? = nil, privacyURL: String? = nil
    ) {
        self.name = name
        self.accent = accent
        self.darkAccent = darkAccent ?? (accent == Self.teal ? Self.paleTeal : accent)
        self.logo = logo
        self.helpURL = helpURL
        self.helpText = helpText
        self.privacyURL = privacyURL
    }

    package static let teal = Colour(red: 0x0B, green: 0x5C, blue: 0x7A)
    private static let paleTeal = Colour(red: 0x6F, green: 0xC3, blue: 0xE0)

    /// What keeps a colour from being read on the light or the dark pages: its contrast there, and a shade of it that
    /// could be read. Nil if nothing does (WCAG 2.2, 1.4.3: text needs 4.5:1).
    package static func unreadable(_ colour: Colour, onDark: Bool) -> (contrast: Double, suggestion: Colour)? {
        let palette: Stylesheet.Palette = onDark ? .dark : .light
        let grounds = [palette.well, palette.card, palette.page]
        let contrast = grounds.map(colour.contrast).min() ?? 0
        guard contrast < 4.5 else { return nil }
        return (contrast, grounds.reduce(colour) { $0.readable(on: $1) })
    }
}
