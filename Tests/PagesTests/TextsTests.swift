import Policy
import Testing

@testable import AuthorizationServer

@Suite struct `Every text in every language` {
    /// Words that are the same in both languages.
    static let shared: Set = ["tokens", "Error", "Cookies"]

    /// Each text with the path of its property, dictionaries by key.
    static func texts(of value: Any, path: String = "") -> [String: String] {
        if let text = value as? String { return [path: text] }
        var found: [String: String] = [:]
        for (index, child) in Mirror(reflecting: value).children.enumerated() {
            var name = child.label ?? "\(index)"
            var content = child.value
            if let entry = child.value as? (key: String, value: String) { (name, content) = (entry.key, entry.value) }
            if let entry = child.value as? (key: ScopeGroup, value: String) {
                (name, content) = ("\(entry.key)", entry.value)
            }
            if let entry = child.value as? (key: PurposeOfUse, value: String) {
                (name, content) = (entry.key.rawValue, entry.value)
            }
            if let entry = child.value as? (key: SubResource, value: String) {
                (name, content) = ("\(entry.key)", entry.value)
            }
            if let entry = child.value as? (key: ErrorReason, value: Texts.ErrorText) {
                (name, content) = ("\(entry.key)", entry.value)
            }
            found.merge(texts(of: content, path: path + "." + name)) { $1 }
        }
        return found
    }

    @Test(arguments: Texts.all.dropFirst().map(\.language.tag))
    func `each language has exactly the texts of the first, and its own words`(tag: String) throws {
        let other = Self.texts(of: try #require(LanguageChoice.texts(for: tag)))
        let first = Self.texts(of: Texts.english)
        #expect(first.count > 200)
        #expect(Set(first.keys) == Set(other.keys))
        for (path, text) in first where !Self.shared.contains(text) { #expect(other[path] != text, "\(path)") }
    }

    @Test(arguments: Texts.all.map(\.language.tag))
    func `no text is empty or padded, and every enumerated thing has one`(tag: String) throws {
        let texts = try #require(LanguageChoice.texts(for: tag))
        for (path, text) in Self.texts(of: texts) {
            #expect(!text.isEmpty && text.first != " " && text.last != " ", "\(path)")
        }
        #expect(Set(texts.errors.keys) == Set(ErrorReason.allCases))
        #expect(Set(texts.consent.groups.keys) == Set(ScopeGroup.allCases))
        #expect(Set(texts.consent.purposes.keys) == Set(PurposeOfUse.allCases))
        #expect(Set(texts.scopes.subResources.keys) == Set(SubResource.allCases))
        #expect(texts.dates.months.count == 12)
    }

    @Test func `no two languages share a tag`() {
        #expect(Set(Texts.all.map(\.language.tag)).count == Texts.all.count)
    }

    @Test func `Spanish puts e before the sound of an i`() {
        let words = Texts.spanish.scopes
        #expect(words.conjunction(["ver", "buscar"]) == "ver y buscar")
        #expect(words.conjunction(["recetas", "vacunas", "informes"]) == "recetas, vacunas e informes")
        #expect(words.conjunction(["agua", "hierro"]) == "agua y hierro")
        #expect(words.conjunction([]) == "" && words.conjunction(["ver"]) == "ver")
    }
}

@Suite struct `Choice of language` {
    @Test(
        arguments: [
            (nil, nil, "en"), (nil, "es", "es"), (nil, "es-MX,es;q=0.9,en;q=0.8", "es"),
            (nil, "en;q=0.5, es;q=0.9", "es"),
            (nil, "fr, de", "en"), (nil, "fr, es;q=0.1", "es"), (nil, "es;q=0", "en"), (nil, "es;q=x, en", "en"),
            (nil, "ES-419", "es"), (nil, "*", "en"), (nil, ",;,q=1;;", "en"), (nil, "es;q=nan", "en"),
            ("es", "en", "es"), ("fr-CA es-US en", "en", "es"), ("xx", "es", "es"), ("", "es", "es"),
            (nil, "en, es", "en"), (nil, "es, en", "es"), (nil, "es ; q=0.3, en ; q=0.2", "es"),
        ] as [(String?, String?, String)])
    func `the app's wish, then the browser's, then the server's own`(
        uiLocales: String?, acceptLanguage: String?, tag: String
    ) {
        let chosen = LanguageChoice.texts(uiLocales: uiLocales, acceptLanguage: acceptLanguage)
        #expect(chosen.language.tag == tag)
    }

    @Test func `a huge header is cut and costs nothing`() {
        let header = String(repeating: "fr,", count: 100_000) + "es"
        #expect(LanguageChoice.texts(uiLocales: header, acceptLanguage: header).language.tag == "en")
    }
}

@Suite struct `Dates in words` {
    @Test(arguments: [
        ("2011-03-04", "4 March 2011", "4 de marzo de 2011"), ("1999-12", "December 1999", "diciembre de 1999"),
        ("1950", "1950", "1950"), ("2011-13-04", "2011-13-04", "2011-13-04"),
        ("2011-03-32", "2011-03-32", "2011-03-32"),
        ("2011-00-01", "2011-00-01", "2011-00-01"), ("", "", ""), ("04/03/2011", "04/03/2011", "04/03/2011"),
        ("2011-03-04-05", "2011-03-04-05", "2011-03-04-05"), ("-2011", "-2011", "-2011"),
        ("2011-+3-04", "2011-+3-04", "2011-+3-04"),
    ])
    func `a FHIR date becomes words, and anything else stays as it is`(date: String, english: String, spanish: String) {
        #expect(DateWords(Texts.english.dates).date(date) == english)
        #expect(DateWords(Texts.spanish.dates).date(date) == spanish)
    }

    @Test func `a time is in UTC and says so`() {
        #expect(DateWords(Texts.english.dates).time(0) == "1 January 1970, 00:00 UTC")
        #expect(DateWords(Texts.spanish.dates).time(1_793_448_000) == "31 de octubre de 2026, 12:00 UTC")
        #expect(!DateWords(Texts.english.dates).time(.max).isEmpty)
    }
}
