import AuthorizationServer
import SMART

extension Setting {
    /// A colour that text can be written in: one that cannot be read stops the start, for people would not see a link.
    static func colour(_ name: String, _ field: Field<Colour?>, onDark: Bool) -> Setting {
        Setting(name, .text) { (json, _, draft) throws(SettingProblems) in
            guard let colour = Colour(try SettingValue.text(json)) else {
                throw SettingProblems("must be a colour like #0b5c7a")
            }
            if let (contrast, suggestion) = Branding.unreadable(colour, onDark: onDark) {
                let tenths = Int(contrast * 10)
                throw SettingProblems(
                    "cannot be read on the \(onDark ? "dark" : "light") pages: a contrast of \(tenths / 10).\(tenths % 10):1, "
                        + "where text needs 4.5:1; \(suggestion.css) is the nearest shade that can")
            }
            draft[keyPath: field] = colour
        }
    }

    static func address(_ name: String, _ field: Field<String?>) -> Setting {
        Setting(name, .text) { (json, _, draft) throws(SettingProblems) in
            guard let url = WebURL(try SettingValue.text(json)) else { throw SettingProblems("must be a https URL") }
            draft[keyPath: field] = url.value
        }
    }

    static func optionalText(_ name: String, _ field: Field<String?>) -> Setting {
        Setting(name, .text) { (json, _, draft) throws(SettingProblems) in
            draft[keyPath: field] = try SettingValue.text(json)
        }
    }
}

extension Logo {
    /// Every page loads it, so it must be small.
    private static let limit = 262_144

    init(file path: String) throws(SettingProblems) {
        let bytes: [UInt8]
        do throws(FileAccess.Failure) {
            bytes = try FileAccess.read(path, limit: Self.limit)
        } catch {
            throw SettingProblems("cannot be read, or is larger than 256 kB: \(error.reason)")
        }
        guard let logo = Logo(content: bytes) else { throw SettingProblems("must be a PNG, SVG, JPEG or WebP file") }
        self = logo
    }
}

extension SettingsDraft {
    var branding: Branding {
        Branding(
            name: organization, accent: accent ?? Branding.teal, darkAccent: darkAccent, logo: logo, helpURL: helpURL,
            helpText: helpText, privacyURL: privacyURL)
    }
}
