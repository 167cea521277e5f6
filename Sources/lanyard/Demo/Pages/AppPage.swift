/// The pages of a sample app: where it starts, and what happened step by step.
struct AppPage {
    let site: DemoSite

    func start(_ app: SampleApp) -> DemoHTML {
        let begin: DemoHTML =
            app.launch == .standalone
            ? """
            <form method="post" action="/app/\(app.id)/start"><button>Start the launch</button></form>
            \(purposes(app))
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

    private func purposes(_ app: SampleApp) -> [DemoHTML] {
        app.purposes.map { purpose -> DemoHTML in
            """
            <form method="post" action="/app/\(app.id)/start">
            <input type="hidden" name="purpose_of_use" value="\(purpose.code)">
            <button>\(purpose.title)</button></form>
            """
        }
    }

    func run(_ run: AppRun) -> DemoHTML {
        let numbered = run.steps.enumerated().map { (number: $0.offset + 1, step: $0.element) }
        let contents = numbered.map { number, step -> DemoHTML in
            "<li><a href=\"#step-\(number)\">\(step.title)</a></li>"
        }
        let steps = numbered.map { number, step -> DemoHTML in
            """
            <li class="step\(step.hasFailed ? " failed" : "")" id="step-\(number)"><h2>\(step.title)</h2>
            <p>\(step.note)</p>\(step.parts.map(StepMarkup.part))</li>
            """
        }
        return DemoLayout.page(
            run.app.name,
            """
            <p class="role">A sample app · \(run.app.kind)</p>
            <h1>\(run.app.name)</h1>
            <ol class="contents">\(contents)</ol>
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
