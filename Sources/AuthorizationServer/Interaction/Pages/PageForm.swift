/// Where a page's form goes and what it carries: a one-use handle and the CSRF token, nothing of the request itself
/// (AZ-19, SE-07). What was asked for stays on the server, so no field of the form can change it.
struct PageForm: Sendable {
    let action: String
    /// Nil where no app waits.
    let handle: String?
    let csrf: String

    func post(_ content: HTML) -> HTML {
        """
        <form method="post" action="\(action)">
        \(handle.map { "<input type=\"hidden\" name=\"interaction\" value=\"\($0)\">" as HTML })
        <input type="hidden" name="csrf" value="\(csrf)">
        \(content)
        </form>
        """
    }
}
