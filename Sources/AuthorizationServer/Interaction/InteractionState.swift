import Encoding
import SMART

/// What is kept between the pages: the validated request and what the person has chosen so far.
struct InteractionState: Sendable {
    let request: AuthorizationRequest
    var patient: FHIRID?
    var encounter: FHIRID?
    /// The person went on without an encounter.
    var encounterIsDeclined = false
    /// The session that chose: another person at the same browser chooses anew.
    var sessionID: Int64?

    init(_ request: AuthorizationRequest) {
        self.request = request
    }

    /// Nil where the row was damaged.
    init?(_ text: String) {
        guard let json = try? JSON(parsing: Array(text.utf8)), let inner = json["request"],
            let request = AuthorizationRequest(inner)
        else { return nil }
        self.request = request
        patient = json["patient"]?.stringValue.flatMap(FHIRID.init)
        encounter = json["encounter"]?.stringValue.flatMap(FHIRID.init)
        encounterIsDeclined = json["encounter_declined"]?.boolValue ?? false
        sessionID = json["session"]?.integerValue
    }

    var text: String {
        var object: JSONObject = ["request": .object(request.json)]
        if let patient { object["patient"] = .string(patient.value) }
        if let encounter { object["encounter"] = .string(encounter.value) }
        if encounterIsDeclined { object["encounter_declined"] = true }
        if let sessionID { object["session"] = .integer(sessionID) }
        return JSON.object(object).text
    }
}
