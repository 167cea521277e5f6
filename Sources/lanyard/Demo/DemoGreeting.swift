/// What `lanyard demo` prints at its start: where to click, and who can sign in.
struct DemoGreeting {
    let site: DemoSite

    var text: String {
        let width = SampleUser.all.map(\.username.count).max() ?? 0
        let users = SampleUser.all.map { user in
            let padding = String(repeating: " ", count: width - user.username.count)
            return "  \(user.username)\(padding)  \(user.password)  (\(user.name), \(user.role))"
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
}
