/// Which language a page speaks: what the app asked for, then what the browser prefers, then the server's own.
package enum LanguageChoice {
    /// OpenID Connect Core §3.1.2.1 `ui_locales` (tags by preference), then RFC 9110 §12.5.4 `Accept-Language`.
    package static func texts(uiLocales: String?, acceptLanguage: String?, fallback: Texts = .english) -> Texts {
        let asked = (uiLocales ?? "").prefix(longest).split(separator: " ").map(String.init)
        return (asked + preferred(acceptLanguage ?? "")).lazy.compactMap(texts(for:)).first ?? fallback
    }

    /// RFC 4647 §3.4, lookup: `es-MX` finds `es`.
    package static func texts(for tag: String) -> Texts? {
        let primary = tag.lowercased().prefix { $0 != "-" }
        return Texts.all.first { $0.language.tag == primary }
    }

    /// The tags by falling quality; those with `q=0` are not wanted, and a quality that is none counts as unwanted.
    private static func preferred(_ header: String) -> [String] {
        let ranges = header.prefix(longest).split(separator: ",").compactMap {
            item -> (tag: String, quality: Double)? in
            let parts = item.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
            guard let tag = parts.first, !tag.isEmpty else { return nil }
            guard let weight = parts.dropFirst().first(where: { $0.lowercased().hasPrefix("q=") }) else {
                return (tag, 1)
            }
            guard let quality = Double(weight.dropFirst(2)), quality > 0, quality <= 1 else { return nil }
            return (tag, quality)
        }
        return ranges.enumerated().sorted {
            ($1.element.quality, $0.offset) < ($0.element.quality, $1.offset)
        }.map(\.element.tag)
    }

    /// Longer headers are cut: nobody reads a thousand languages.
    private static let longest = 500
}
