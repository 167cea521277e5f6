/// Says that the session goes on, to a person who was asked and did not want to sign out.
struct StayedPage: Sendable {
    func render(_ style: PageStyle) -> [UInt8] {
        let texts = style.texts.signOut
        let content: HTML = """
            <h1>\(texts.stayedTitle)</h1>
            <p class="lead">\(texts.stayedExplanation(.isolated(style.branding.name)))</p>
            """
        return PageLayout(title: texts.stayedTitle, body: content).render(style)
    }
}
