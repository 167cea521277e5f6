/// Says that the session is over, and offers the way back when the app registered one.
struct SignedOutPage: Sendable {
    struct Return: Sendable, Equatable {
        let clientName: String
        /// Already matched against the client's registration (SE-14).
        let address: String
    }

    let returnTo: Return?

    func render(_ style: PageStyle) -> [UInt8] {
        let texts = style.texts.signOut
        let way = returnTo.flatMap { back in
            WebAddress(back.address).map { address -> HTML in
                """
                <p class="actions"><a class="button" href="\(address.value)" rel="noreferrer">\
                <span>\(texts.returnTo(.isolated(back.clientName)))</span></a></p>
                """
            }
        }
        let content: HTML = """
            <h1>\(texts.title)</h1>
            <p class="lead">\(texts.explanation(.isolated(style.branding.name)))</p>
            <p>\(texts.closeWindow)</p>
            \(way)
            """
        return PageLayout(title: texts.title, body: content).render(style)
    }
}
