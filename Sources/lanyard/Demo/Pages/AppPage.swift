import Encoding

/// The pages of a sample app: where it starts, and what happened step by step.
struct AppPage {
    let site: DemoSite

    func start(_ app: SampleApp) -> DemoHTML {
        let begin: DemoHTML =
            app.launch == .standalone
            ? """
            <form method="post" action="/app/\(app.id)/start"><button>Start the launch</button></form>
            """
            : """
            <p>This app is opened from the EHR: <a class="button" href="/ehr">go to the EHR</a></p>
            """
        let launchURI: DemoHTML =
            app.launch == .ehr ? "<dt>launch_uris</dt><dd><code>\(site.launchURI(of: app))</code></dd>" : ""
        let scopes = app.scopes.map { scope -> DemoHTML in "<li><code>\(scope)</code></li>" }
        return DemoLayout.page(
            app.name,
            """
            <p class="role">A sample app</p>
            <h1>\(app.name)</h1>
            <p>\(app.summary) It shows each step of its launch: every request, every answer, every token.</p>
            \(begin)
            <h2>How it is registered</h2>
            <dl><dt>client_id</dt><dd><code>\(app.id)</code></dd><dt>kind</dt><dd>\(app.kind)</dd>
            <dt>redirect_uris</dt><dd><code>\(site.redirectURI(of: app))</code></dd>
            \(launchURI)
            <dt>scope</dt><dd><ul class="plain">\(scopes)</ul></dd></dl>
            """)
    }

    func run(_ run: AppRun) -> DemoHTML {
        let steps = run.steps.map { step -> DemoHTML in
            """
            <li class="step\(step.hasFailed ? " failed" : "")"><h2>\(step.title)</h2>
            <p>\(step.note)</p>\(step.parts.map(StepMarkup.part))</li>
            """
        }
        return DemoLayout.page(
            run.app.name,
            """
            <p class="role">A sample app · \(run.app.kind)</p>
            <h1>\(run.app.name)</h1>
            <ol class="steps">\(steps)</ol>
            \(next(run))
            """)
    }

    private func next(_ run: AppRun) -> DemoHTML {
        guard run.isReturned else {
            return """
                <p class="next"><a class="button" id="continue" href="\(run.authorizationURL)">Continue to the \
                authorization server</a></p>
                """
        }
        let again: DemoHTML = "<p class=\"next\"><a href=\"/app/\(run.app.id)\">Launch again</a></p>"
        guard run.refreshToken != nil else { return again }
        return """
            <form class="next" id="refresh" method="post" action="\(run.pagePath)/refresh">
            <button>Refresh the access token</button></form>
            \(again)
            """
    }
}

/// A step's parts as markup.
enum StepMarkup {
    static func part(_ part: AppStep.Part) -> DemoHTML {
        switch part {
        case .request(let trace): request(trace)
        case .response(let status, let body): details("Answer: \(status)", "<pre>\(body)</pre>")
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

    private static func details(_ summary: String, _ content: DemoHTML) -> DemoHTML {
        "<details open><summary>\(summary)</summary>\(content)</details>"
    }
}
