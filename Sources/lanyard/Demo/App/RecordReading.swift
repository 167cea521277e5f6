import Encoding
import HTTP

extension AppSession {
    /// Reads the patient's record with the token, and tries one thing that was not granted.
    func read(_ run: AppRun, patient: String?, token: String) async throws -> AppStep {
        guard patient != nil || run.app.scopes.contains(where: { $0.hasPrefix("user/") }) else {
            return AppStep(title: "The record", note: "No patient is in context: there is nothing to read.", parts: [])
        }
        var parts: [AppStep.Part] = []
        for reading in run.app.readings {
            parts.append(try await read(reading, patient: patient, token: token))
        }
        parts.append(try await tryRefused(run.app.refused, patient: patient, token: token))
        return AppStep(
            title: "The record", note: "Each request carries the access token; the FHIR server asks introspection.",
            parts: parts)
    }

    private func read(_ reading: SampleApp.Reading, patient: String?, token: String) async throws -> AppStep.Part {
        let response = try await fetch(reading, patient, token)
        let line = "GET \(reading.path(patient: patient))"
        guard response.status == 200, let json = try? JSON(parsing: response.body) else {
            return .table(
                caption: "\(reading.title) — \(line)",
                rows: [AppStep.Row("\(response.status)", ResourceSummary.diagnostics(response.body))])
        }
        let resources = json["entry"]?.arrayValue?.compactMap { $0["resource"] } ?? [json]
        return .table(
            caption: "\(reading.title) — \(line)", rows: resources.compactMap { ResourceSummary($0)?.row })
    }

    private func tryRefused(_ reading: SampleApp.Reading, patient: String?, token: String) async throws -> AppStep.Part
    {
        let response = try await fetch(reading, patient, token)
        let count = (try? JSON(parsing: response.body))?["total"]?.integerValue ?? 0
        let answer = response.status == 200 ? "200, \(count) found" : "\(response.status)"
        return .check(
            passed: response.status == 403 || (response.status == 200 && count == 0),
            "\(reading.title) was not granted; GET \(reading.path(patient: patient)) answers \(answer).")
    }

    private func fetch(_ reading: SampleApp.Reading, _ patient: String?, _ token: String) async throws -> ClientResponse
    {
        try await outbound.get(
            "\(site.fhirBase)/\(reading.path(patient: patient))",
            headers: [("Authorization", "Bearer \(token)"), ("Accept", "application/fhir+json")])
    }
}
