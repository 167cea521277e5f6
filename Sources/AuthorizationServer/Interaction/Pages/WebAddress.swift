/// An address a page may link to: absolute, http or https, so that no `javascript:` or `data:` hides behind a link.
struct WebAddress: Sendable, Equatable {
    let value: String
    let host: String

    init?(_ value: String) {
        let lowered = value.lowercased()
        guard let scheme = ["https://", "http://"].first(where: lowered.hasPrefix) else { return nil }
        guard value.unicodeScalars.allSatisfy({ $0.isASCII && $0.value > 0x20 && $0.value != 0x7F && $0 != "\\" })
        else {
            return nil
        }
        let authority = value.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
        guard !authority.isEmpty, !authority.contains("@") else { return nil }
        self.value = value
        self.host = authority.lowercased()
    }

    /// A link that leaves this server: it takes neither the opener nor the referrer along (BCP 240 §4.2.4).
    /// The note says that a new tab opens, to those who do not see it open.
    func link(_ label: HTML, note: String) -> HTML {
        """
        <a href="\(value)" target="_blank" rel="noopener noreferrer">\(label)<span class="aside"> (\(note))</span></a>
        """
    }
}
