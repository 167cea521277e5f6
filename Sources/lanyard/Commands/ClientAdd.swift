import Encoding
import HTTP

extension Command {
    static let clientAdd = Command(
        "client add", "register an app or a service",
        arguments: [Argument("FILE|-", "its metadata as JSON, or - for standard input")],
        options: [.value("role", "ROLE", "a role that it has on its own", repeatable: true)] + Option.administration,
        notes: [
            "The metadata are those of RFC 7591, with launch_uris (where an EHR launch may begin) and, to provision a",
            "client that exists elsewhere, client_id, client_secret and jwks. A client secret is shown this once.",
        ]
    ) { invocation in
        let path = try invocation.argument(0)
        let metadata = try invocation.readJSONObject(path)
        let administration = try invocation.administration()
        let registration = try await administration.send(.post, "/admin/v1/clients", .object(metadata))
        // First, for its secret is told only now.
        invocation.answerRegistration(registration)
        for role in invocation.values("role") {
            let assignment: JSON = ["client": registration["client_id"] ?? .null, "role": .string(role)]
            _ = try await administration.send(.post, "/admin/v1/role-assignments", assignment)
        }
    }
}

extension Invocation {
    /// The JSON object in a file, or on standard input for `-`.
    func readJSONObject(_ path: String) throws(CommandFailure) -> JSONObject {
        let bytes = try console.read(path)
        let name = path == "-" ? "standard input" : path
        do {
            guard let object = try JSON(parsing: bytes).objectValue else {
                throw CommandFailure.failed("\(name): must hold one JSON object")
            }
            return object
        } catch let error as JSONError {
            let place = TextPlace(of: error.offset, in: bytes)
            throw .failed("\(name): not JSON: \(error.reason) (\(place.text))")
        } catch {
            throw .failed("\(name): must hold one JSON object")
        }
    }

    /// Prints a registration, or a token for one. Warnings go to the people, not into the data.
    func answerRegistration(_ registration: JSON) {
        for warning in registration["warnings"]?.strings ?? [] {
            console.note("warning: \(SafeText.line(warning))\n")
        }
        answer(registration) { registration in
            var object = registration.objectValue ?? JSONObject()
            object["warnings"] = nil
            return Presentation.members(.object(object))
        }
    }
}
