import Encoding
import HTTP
import Policy
import SMART
import Storage

/// The files of a folder as they were sent, each read by the rules of what it holds: a value that exists has no file that
/// is wrong by itself.
struct ConfigurationSet: Sendable {
    private(set) var fhirServers: [NewFHIRServer] = []
    private(set) var policies: [PolicyFile] = []
    private(set) var groups: [GroupFile] = []
    private(set) var clients: [ClientFile] = []

    private var errors: [(member: String, reason: String)] = []
    private var seen: Set<String> = []

    /// Throws a `Problem` that names every file, every member of it that is wrong, and why.
    init(_ files: [PolicyFile], now: Int64) throws {
        for file in files { read(file, now) }
        guard errors.isEmpty else { throw Self.problem(errors) }
    }

    static func problem(_ errors: [(member: String, reason: String)]) -> Problem {
        Problem(
            status: 422, title: "The configuration is not valid",
            detail: "Nothing was changed: see the files and members named in errors.", errors: errors)
    }

    private mutating func read(_ file: PolicyFile, _ now: Int64) {
        var found: [(member: String, reason: String)] = []
        defer { errors += found.map { (Self.place(file.name, $0.member), $0.reason) } }
        guard let kind = ConfigurationKind(file: file.name) else {
            let known = ConfigurationKind.allCases.map(\.rawValue).joined(separator: ", ")
            return found.append(("", "lies in none of the folders \(known)"))
        }
        guard seen.insert(file.name).inserted else { return found.append(("", "is there twice")) }
        let json: JSON
        do throws(JSONError) {
            json = try JSON(parsing: file.content)
        } catch {
            return found.append(("", "is not JSON at octet \(error.offset): \(error.reason)"))
        }
        guard let object = json.objectValue else { return found.append(("", "must be one JSON object")) }
        guard let name = read(object, kind, file, &found, now) else { return }
        // One file for each object, and one place for it.
        if kind.file(name) != file.name { found.append(("", "must have the name \(kind.file(name))")) }
    }

    /// The name of what the file holds; nil if something is wrong with it.
    private mutating func read(
        _ object: JSONObject, _ kind: ConfigurationKind, _ file: PolicyFile,
        _ found: inout [(member: String, reason: String)], _ now: Int64
    ) -> String? {
        switch kind {
        case .fhirServers:
            do {
                let new = try NewFHIRServer(.object(object))
                fhirServers.append(new)
                return new.server.id
            } catch {
                found += (error as? Problem)?.errors ?? [("", "cannot be read")]
                return nil
            }
        case .rolePolicies:
            do throws(PolicyProblems) {
                let policy = try RoleBook.reader.read(file.content, file: file.name)
                policies.append(file)
                return policy.role.value
            } catch {
                found += error.list.map { ($0.member, $0.reason) }
                return nil
            }
        case .groups:
            guard let group = GroupFile(object, &found, now: now) else { return nil }
            groups.append(group)
            return group.group.name
        case .clients, .resourceServers:
            guard let client = ClientFile(object, kind, &found, now: now) else { return nil }
            if clients.contains(where: { $0.id == client.id }) {
                found.append(("client_id", "is that of another file"))
            }
            clients.append(client)
            return client.id.value
        }
    }

    static func place(_ file: String, _ member: String) -> String { member.isEmpty ? file : "\(file): \(member)" }
}
