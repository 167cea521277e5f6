/// What `lanyard demo` prints at its start: where to click, and who can sign in.
struct DemoGreeting {
    let site: DemoSite

    var text: String {
        let users = SampleUser.all.map { user in
            "  \(padded(user.username, 11))\(padded(user.password, 27))\(user.name), \(user.role)"
        }
        return """
            Lanyard demo: open \(site.issuer)/

              Launch as patient   \(site.issuer)/app/health-diary
              Launch from the EHR \(site.issuer)/ehr
              FHIR server         \(site.fhirBase)

            Sign in as:
            \(users.joined(separator: "\n"))

            Stop with Ctrl-C.
            """
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}
