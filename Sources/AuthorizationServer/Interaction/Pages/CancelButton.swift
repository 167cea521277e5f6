/// Leaves the flow at any page: the form comes with `decision=deny` and the app is told `access_denied`.
///
/// It stands after the main button, because Enter in a field presses the first one.
struct CancelButton: Sendable {
    let texts: Texts.Common

    var html: HTML {
        """
        <button type="submit" name="decision" value="deny" class="quiet" formnovalidate>\(texts.cancel)</button>
        """
    }
}
