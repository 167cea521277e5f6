/// Asks before signing out when the request does not prove that the person meant it (OpenID RP-Initiated Logout §2).
struct SignOutPage: Sendable {
    let action: String
    let handle: String
    let csrf: String
    let userName: String

    func render(_ style: PageStyle) -> [UInt8] {
        let texts = style.texts.signOut
        let buttons: HTML = """
            <div class="actions pair">
            <button type="submit" name="decision" value="deny">\(texts.stay)</button>
            <button type="submit" name="decision" value="allow" class="primary">\(texts.confirm)</button>
            </div>
            """
        let content: HTML = """
            <h1>\(texts.confirmTitle)</h1>
            <p class="lead">\(texts.confirmQuestion(.isolated(userName)))</p>
            \(PageForm(action: action, handle: handle, csrf: csrf).post(buttons))
            """
        return PageLayout(title: texts.confirmTitle, body: content).render(style)
    }
}
