import HTTP

/// Everybody around the authorization server: the FHIR server, the EHR, the apps, and the page that introduces them.
/// Each has its own credentials and its own threads for outgoing requests, and all talk over HTTP.
struct DemoParties: Sendable {
    let routes: [Route]

    /// Throws if a party has no secret: then it cannot be who it is.
    init(_ site: DemoSite, _ data: SampleData, _ secrets: DemoSecrets, now: @escaping @Sendable () -> Int64) throws {
        guard let fhirServer = secrets.credentials(of: TokenIntrospection.clientID),
            let ehr = secrets.credentials(of: EHREndpoints.clientID)
        else { throw DemoProblem("The secrets of the demo are incomplete: remove the data directory and start again.") }
        let records = FHIRRecords(data.resources)
        let introspection = TokenIntrospection(
            base: site.fhirBase, endpoint: "\(site.issuer)/introspect", credentials: fhirServer,
            outbound: Outbound(site, name: "demo-fhir"))
        let apps = Outbound(site, name: "demo-apps")
        let index = IndexPage(site: site).markup
        routes =
            [Route(.get, "/", Page { _ in .page(index) }), DemoStyle.route]
            + FHIREndpoint(
                base: site.fhirBase, records: records, introspection: introspection, security: site.capabilitySecurity
            ).routes
            + EHREndpoints(
                site: site, records: records, credentials: ehr, outbound: Outbound(site, name: "demo-ehr")
            ).routes
            + AppEndpoints(
                site: site, launch: AppLaunch(site: site, outbound: apps),
                session: AppSession(
                    site: site, outbound: apps, secrets: secrets, introspection: introspection, now: now)
            ).routes
    }
}
