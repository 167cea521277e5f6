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
        var client = try invocation.readJSONObject(path)
        let roles = invocation.values("role")
        // Together, so that a role that there is not leaves no client without it behind.
        if !roles.isEmpty { client["roles"] = .array((client["roles"]?.arrayValue ?? []) + roles.map { .string($0) }) }
        let registration = try await invocation.administration().send(.post, "/admin/v1/clients", .object(client))
        invocation.answerRegistration(registration)
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
