/// The frame around every page of the demo.
enum DemoLayout {
    static func page(_ title: String, _ content: DemoHTML) -> DemoHTML {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(title) · Lanyard demo</title>
        <link rel="stylesheet" href="/demo.css">
        <link rel="icon" href="data:,">
        </head>
        <body>
        <header><nav aria-label="Demo"><a class="brand" href="/">Lanyard demo</a>
        <a href="/app/health-diary">App</a> <a href="/ehr">EHR</a> <a href="/fhir/metadata">FHIR</a></nav></header>
        <main>
        \(content)
        </main>
        <footer>Everything here is invented: people, records, passwords. For one machine only.</footer>
        </body>
        </html>
        """
    }
}

/// A page with one sentence.
enum ProblemPage {
    static func markup(_ sentence: String) -> DemoHTML {
        DemoLayout.page(
            "That did not work",
            """
            <h1>That did not work</h1>
            <p class="problem" role="alert">\(sentence)</p>
            <p><a href="/">Back to the start</a></p>
            """)
    }
}
