/// The one stylesheet, in the hospital's colours: made once at start and served under a name that changes with it.
///
/// The colours are in the file and not in the pages because the pages allow no inline style (SE-09).
package struct Stylesheet: Sendable {
    package let css: [UInt8]
    package let path: String

    package init(_ branding: Branding) {
        let light = Palette.light.variables(accent: branding.accent)
        let dark = Palette.dark.variables(accent: branding.darkAccent)
        let text = """
            :root {
            color-scheme: light dark;
            \(light)}
            @media (prefers-color-scheme: dark) {
            :root {
            \(dark)}
            }
            \(Self.rules)
            """
        css = Array(text.utf8)
        path = "/assets/lanyard-\(ContentHash(css).text).css"
    }

    /// The colours that carry meaning; each text colour reads at 4.5:1 or better on each ground it stands on.
    struct Palette: Sendable {
        let page: Colour
        let card: Colour
        let well: Colour
        let line: Colour
        let edge: Colour
        let text: Colour
        let muted: Colour
        let problem: Colour
        let problemGround: Colour
        let caution: Colour
        let cautionGround: Colour

        static let light = Palette(
            page: Colour(red: 0xF1, green: 0xF5, blue: 0xF8), card: .white,
            well: Colour(red: 0xF6, green: 0xF9, blue: 0xFB), line: Colour(red: 0xD3, green: 0xDD, blue: 0xE4),
            edge: Colour(red: 0x6B, green: 0x7C, blue: 0x89), text: Colour(red: 0x14, green: 0x20, blue: 0x2B),
            muted: Colour(red: 0x4C, green: 0x5C, blue: 0x69), problem: Colour(red: 0x9B, green: 0x1C, blue: 0x1C),
            problemGround: Colour(red: 0xFD, green: 0xF0, blue: 0xEF),
            caution: Colour(red: 0x74, green: 0x47, blue: 0x00),
            cautionGround: Colour(red: 0xFF, green: 0xF6, blue: 0xE0))

        static let dark = Palette(
            page: Colour(red: 0x0E, green: 0x15, blue: 0x1B), card: Colour(red: 0x17, green: 0x21, blue: 0x2A),
            well: Colour(red: 0x1D, green: 0x29, blue: 0x33), line: Colour(red: 0x31, green: 0x40, blue: 0x4C),
            edge: Colour(red: 0x86, green: 0x98, blue: 0xA6), text: Colour(red: 0xE9, green: 0xEF, blue: 0xF3),
            muted: Colour(red: 0xAE, green: 0xBC, blue: 0xC7), problem: Colour(red: 0xFF, green: 0xA8, blue: 0x9E),
            problemGround: Colour(red: 0x35, green: 0x1C, blue: 0x1D),
            caution: Colour(red: 0xF4, green: 0xC9, blue: 0x6B),
            cautionGround: Colour(red: 0x2F, green: 0x26, blue: 0x12))

        func variables(accent: Colour) -> String {
            let accent = accent.readable(on: well).readable(on: card).readable(on: page)
            let values: [(String, Colour)] = [
                ("page", page), ("card", card), ("well", well), ("line", line), ("edge", edge), ("text", text),
                ("muted", muted), ("problem", problem), ("problem-ground", problemGround), ("caution", caution),
                ("caution-ground", cautionGround), ("accent", accent), ("on-accent", accent.ink),
                ("accent-strong", accent.mixed(with: text, share: 0.22)),
                ("accent-ground", card.mixed(with: accent, share: 0.09)),
            ]
            return values.map { "--\($0.0): \($0.1.css);\n" }.joined()
        }
    }
}
