import Encoding
import HTTP

/// The demo's EHR: a clinician picks patient and app; the EHR opens a launch at the authorization server, as a client
/// with the scope `auth/Launch.c`, and sends the browser to the app.
struct EHREndpoints: Sendable {
    static let clientID = "demo-ehr"

    let site: DemoSite
    let records: FHIRRecords
    let credentials: ClientCredentials
    let outbound: Outbound

    var routes: [Route] {
        [
            Route(.get, "/ehr", Page { _ in .page(EHRPage(records: self.records).patients()) }),
            Route(.get, "/ehr/patients/{id}", Page { try self.chart($0) }),
            Route(.post, "/ehr/launch", Page(sameOrigin: true) { try await self.launch($0) }),
        ]
    }

    private func chart(_ request: Request) throws -> Response {
        guard let patient = records["Patient/\(request.pathParameters["id"] ?? "")"] else {
            throw DemoProblem("There is no such patient.", status: 404)
        }
        return .page(EHRPage(records: records).chart(of: patient))
    }

    private func launch(_ request: Request) async throws -> Response {
        let form = try FormParameters(parsing: request.body)
        let context = try context(of: form)
        let token = try await token()
        let response = try await outbound.post(.object(context), to: "\(site.issuer)/launches", token: token)
        guard response.status == 201, let answer = try? JSON(parsing: response.body),
            let url = answer["launch_url"]?.stringValue
        else { throw DemoProblem("The authorization server opened no launch (status \(response.status)).") }
        return .redirect(to: url, status: 303)
    }

    /// What the launch is about; each choice is checked, since a form can be sent with anything in it.
    private func context(of form: FormParameters) throws -> JSONObject {
        guard let app = form["app"].flatMap(SampleApp.named), app.launch == .ehr,
            let user = SampleUser.clinicians.first(where: { $0.username == form["user"] }),
            let patient = form["patient"].flatMap({ records["Patient/\($0)"] })
        else { throw DemoProblem("Choose a clinician, a patient and an app.") }
        var context: JSONObject = [
            "client_id": .string(app.id), "user": .string(user.username), "patient": .string(patient.id),
            "need_patient_banner": .bool(form["need_patient_banner"] != nil),
        ]
        if let encounter = form["encounter"] {
            guard records["Encounter/\(encounter)"]?.patient == patient.id else {
                throw DemoProblem("The encounter is not one of this patient's.")
            }
            context["encounter"] = .string(encounter)
        }
        context["intent"] = form["intent"].map { .string($0) }
        return context
    }

    /// The EHR's own token; it asks for a new one each time, as launches are rare.
    private func token() async throws -> String {
        let form = FormParameters([("grant_type", "client_credentials"), ("scope", "auth/Launch.c")])
        let response = try await outbound.post(form, to: "\(site.issuer)/token", as: credentials)
        guard response.status == 200, let token = try? JSON(parsing: response.body)["access_token"]?.stringValue else {
            throw DemoProblem("The EHR got no token (status \(response.status)).")
        }
        return token
    }
}
