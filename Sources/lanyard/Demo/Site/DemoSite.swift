/// Where everything of the demo is: one address, and a path for each of the parties.
struct DemoSite: Sendable {
    let port: UInt16

    var issuer: String { "http://127.0.0.1:\(port)" }
    var fhirBase: String { "\(issuer)/fhir" }

    /// The part of the FHIR server's `/metadata` that the authorization server has ready.
    var capabilitySecurity: String { "\(issuer)/fhir-servers/fhir/capability-security" }

    func redirectURI(of app: SampleApp) -> String { "\(issuer)/app/\(app.id)/callback" }
    func launchURI(of app: SampleApp) -> String { "\(issuer)/app/\(app.id)/launch" }

    /// The path and query of a URL on this site; nil for any other URL, which no party of the demo ever calls.
    func pathAndQuery(of url: String) -> String? {
        guard url.hasPrefix("\(issuer)/") else { return nil }
        return String(url.dropFirst(issuer.count))
    }
}
