import Encoding

/// A step's parts as markup.
enum StepMarkup {
    static func part(_ part: AppStep.Part) -> DemoHTML {
        switch part {
        case .request(let trace): request(trace)
        case .response(let status, let body, let isFolded):
            details("Answer: \(status)", "<pre>\(body)</pre>", isFolded: isFolded)
        case .table(let caption, let rows): table(caption, rows)
        case .json(let caption, let json): details(caption, "<pre>\(PrettyJSON.text(json))</pre>")
        case .check(let passed, let sentence): check(passed, sentence)
        }
    }

    private static func check(_ passed: Bool, _ sentence: String) -> DemoHTML {
        passed
            ? "<p class=\"check passed\"><b aria-hidden=\"true\">✓</b> \(sentence)</p>"
            : "<p class=\"check problem\" role=\"alert\"><b aria-hidden=\"true\">✗</b> \(sentence)</p>"
    }

    private static func request(_ trace: AppStep.RequestTrace) -> DemoHTML {
        let authorization: DemoHTML =
            trace.authorization.map { "<p><code>Authorization: \($0)</code></p>" } ?? ""
        let form: DemoHTML = trace.form.isEmpty ? "" : table("Form", trace.form)
        return "<p><code>\(trace.line)</code></p>\(authorization)\(form)"
    }

    private static func table(_ caption: String, _ rows: [AppStep.Row]) -> DemoHTML {
        let lines = rows.map { row -> DemoHTML in
            let meaning: DemoHTML = row.meaning.isEmpty ? "" : "<small>\(row.meaning)</small>"
            return "<tr><th scope=\"row\">\(row.name)</th><td>\(row.value) \(meaning)</td></tr>"
        }
        let body: DemoHTML = rows.isEmpty ? "<tr><td>nothing</td></tr>" : DemoHTML(lines)
        return "<div class=\"scroll\"><table><caption>\(caption)</caption><tbody>\(body)</tbody></table></div>"
    }

    private static func details(_ summary: String, _ content: DemoHTML, isFolded: Bool = false) -> DemoHTML {
        let open: DemoHTML = isFolded ? "" : " open"
        return "<details\(open)><summary>\(summary)</summary>\(content)</details>"
    }
}
