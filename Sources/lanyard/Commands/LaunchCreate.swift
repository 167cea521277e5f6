import Encoding
import HTTP

extension Command {
    static let launchCreate = Command(
        "launch create", "open a launch of an app, as an EHR does",
        options: [
            .value("client", "ID", "the app's client_id", required: true),
            .value("user", "USERNAME", "the only person who may take the launch up"),
            .value("patient", "ID", "the patient in context"),
            .value("encounter", "ID", "the encounter in context"),
            .value("fhir-context", "TYPE/ID|JSON", "one more resource in context, or its object", repeatable: true),
            .value("intent", "TEXT", "what the app is opened for"),
            .value("need-patient-banner", "true|false", "whether the app must show who the patient is"),
            .value("smart-style-url", "URL", "where the EHR's style is"),
            .value("tenant", "TEXT", "the organisation"),
            .value("aud", "URL", "the FHIR server (default: the only one)"),
        ] + Option.administration
    ) { invocation in
        let launch = try invocation.launchRequest()
        let answer = try await invocation.administration().send(.post, "/admin/v1/launches", .object(launch))
        invocation.answer(answer, Presentation.members)
    }
}

extension Invocation {
    /// The request's JSON as the options say it.
    func launchRequest() throws(CommandFailure) -> JSONObject {
        var launch: JSONObject = ["client_id": .string(try required("client"))]
        for name in ["user", "patient", "encounter", "intent", "smart-style-url", "tenant", "aud"] {
            guard let value = option(name) else { continue }
            launch[name == "smart-style-url" ? "smart_style_url" : name] = .string(value)
        }
        var items: [JSON] = []
        for value in values("fhir-context") { items.append(try Self.contextItem(value)) }
        if !items.isEmpty { launch["fhirContext"] = .array(items) }
        if let banner = option("need-patient-banner") {
            guard let flag = Bool(banner) else { throw .usage("--need-patient-banner must be true or false") }
            launch["need_patient_banner"] = .bool(flag)
        }
        return launch
    }

    /// SMART App Launch 2.2 §5.1.3: `{"reference": "ImagingStudy/123"}`, or a whole object.
    private static func contextItem(_ text: String) throws(CommandFailure) -> JSON {
        guard text.hasPrefix("{") else { return ["reference": .string(text)] }
        guard let json = try? JSON(parsing: Array(text.utf8)) else {
            throw .usage("--fhir-context is neither TYPE/ID nor a JSON object")
        }
        return json
    }
}
