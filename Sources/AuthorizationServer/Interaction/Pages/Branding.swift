/// What makes the pages a hospital's own: its name, its colours, its logo and where its people find help.
package struct Branding: Sendable, Equatable {
    package let name: String
    /// The colour of buttons and links on light and on dark pages; shades are adjusted where they would not be readable.
    package let accent: Colour
    package let darkAccent: Colour
    package let logo: Logo?
    /// Shown in the footer when they are http(s) addresses.
    package let helpURL: String?
    package let privacyURL: String?

    package init(
        name: String, accent: Colour = Self.teal, darkAccent: Colour? = nil, logo: Logo? = nil, helpURL: String? = nil,
        privacyURL: String? = nil
    ) {
        self.name = name
        self.accent = accent
        self.darkAccent = darkAccent ?? (accent == Self.teal ? Self.paleTeal : accent)
        self.logo = logo
        self.helpURL = helpURL
        self.privacyURL = privacyURL
    }

    package static let teal = Colour(red: 0x0B, green: 0x5C, blue: 0x7A)
    private static let paleTeal = Colour(red: 0x6F, green: 0xC3, blue: 0xE0)
}
