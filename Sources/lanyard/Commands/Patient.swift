import Encoding
import HTTP

extension Command {
    static let patientList = Command(
        "patient list", "look for patients in the directory, as the picker does",
        options: [.value("search", "TEXT", "words of the name, or the record number")] + Option.administration
    ) { invocation in
        let patients = try await invocation.administration().list(
            "/admin/v1/patients" + invocation.query("search"), "patients")
        invocation.answer(["patients": .array(patients)]) { _ in
            Presentation.table(
                patients,
                [
                    ("ID", "id"), ("FAMILY", "family"), ("GIVEN", "given"), ("BORN", "birth_date"),
                    ("RECORD NUMBER", "identifier"),
                ])
        }
    }

    static let patientRemove = Command(
        "patient remove", "take a patient out of the directory", arguments: [Argument("ID", "the patient's id")],
        options: Option.administration
    ) { invocation in
        let path = "/admin/v1/patients/" + PathSegment.encode(try invocation.argument(0))
        _ = try await invocation.administration().send(.delete, path)
        invocation.answer(["removed": true]) { _ in "removed\n" }
    }
}
