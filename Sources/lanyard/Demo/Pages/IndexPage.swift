/// The first page: where to click, who can sign in, and who is who.
struct IndexPage {
    let site: DemoSite

    var markup: DemoHTML {
        DemoLayout.page(
            "Start",
            """
            <h1>SMART App Launch, step by step</h1>
            <p>Lanyard is the authorization server. Around it, this demo puts what a hospital would: an EHR, a FHIR
            server, apps, people and their records.</p>
            <div class="cards">
            <section class="card"><h2>As a patient</h2>
            <p>Open an app, sign in as <code>patient</code> or <code>parent</code>, choose a record, allow.</p>
            <p><a class="button" href="/app/health-diary">Launch as patient (standalone)</a></p></section>
            <section class="card"><h2>As a clinician</h2>
            <p>Open a chart in the EHR, open an app from it, sign in as <code>physician</code> or <code>nurse</code>.</p>
            <p><a class="button" href="/ehr">Launch from the EHR</a></p></section>
            <section class="card"><h2>As anybody who works here</h2>
            <p>One app for all: sign in as <code>physician</code>, <code>nurse</code>, <code>frontdesk</code>,
            <code>researcher</code> or <code>auditor</code>, and see what each role lets through.</p>
            <p><a class="button" href="/app/record-view">Open Record View</a></p></section>
            </div>
            <h2>Who can sign in</h2>
            \(users)
            <h2>Apps</h2>
            \(apps)
            <h2>What happens where</h2>
            \(parties)
            <h2>Documents to read</h2>
            \(documents)
            """)
    }

    private var users: DemoHTML {
        let rows = SampleUser.all.map { user -> DemoHTML in
            """
            <tr><td><code>\(user.username)</code></td><td><code>\(user.password)</code></td>
            <td>\(user.name), \(user.role)</td></tr>
            """
        }
        return """
            <div class="scroll"><table class="stack"><thead><tr><th>User name</th><th>Password</th><th>Who</th></tr></thead>
            <tbody>\(rows)</tbody></table></div>
            """
    }

    private var apps: DemoHTML {
        let rows = SampleApp.all.map { app -> DemoHTML in
            """
            <tr><td><a href="/app/\(app.id)">\(app.name)</a></td><td>\(app.kind)</td><td>\(app.summary)</td></tr>
            """
        }
        return """
            <div class="scroll"><table class="stack"><thead><tr><th>App</th><th>Kind</th><th>What it shows</th></tr></thead>
            <tbody>\(rows)</tbody></table></div>
            """
    }

    private var parties: DemoHTML {
        """
        <dl>
        <dt>Authorization server</dt><dd>Lanyard itself: <code>/authorize</code>, <code>/token</code>,
        <code>/introspect</code>, <code>/jwks</code>, <code>/launches</code>, and the pages where people sign in, choose
        a patient and consent.</dd>
        <dt>FHIR server</dt><dd><code>\(site.fhirBase)</code>: sample records, read-only. It asks introspection about each
        token and decides by the answer; that is its only tie to the authorization server.</dd>
        <dt>EHR</dt><dd><a href="/ehr">/ehr</a>: opens launches through <code>POST /launches</code>, with a token of its
        own that has the scope <code>auth/Launch.c</code>.</dd>
        <dt>Apps</dt><dd><code>/app/…</code>: what third parties write. Each page shows what was sent, what came back,
        and what is inside the tokens.</dd>
        </dl>
        """
    }

    private var documents: DemoHTML {
        let links = [
            "/fhir/.well-known/smart-configuration", "/.well-known/openid-configuration", "/jwks", "/fhir/metadata",
        ].map { path -> DemoHTML in "<li><a href=\"\(path)\">\(site.issuer)\(path)</a></li>" }
        return "<ul>\(links)</ul>"
    }
}
