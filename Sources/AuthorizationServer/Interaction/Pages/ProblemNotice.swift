/// What went wrong with the last try, read out at once and tied to the fields it is about.
struct ProblemNotice: Sendable {
    let text: String?

    var isShown: Bool { text != nil }

    var html: HTML? {
        text.map { "<p class=\"notice problem\" id=\"problem\" role=\"alert\">\($0)</p>" }
    }

    /// For the fields or the fieldset that the problem is about.
    var reference: HTML? {
        text.map { _ in " aria-describedby=\"problem\"" }
    }
}
