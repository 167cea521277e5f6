import Encoding
import Policy
import SMART
import Storage

/// Reads a question member by member, and keeps every problem it meets.
struct QuestionMembers {
    private let json: JSON
    private var errors: [(member: String, reason: String)] = []

    init(_ json: JSON, known: [String]) {
        self.json = json
        for name in json.objectValue?.names ?? [] where !known.contains(name) {
            errors.append((name, "is not a member of this question"))
        }
        for name in known where json[name] != nil && json[name]?.stringValue == nil {
            errors.append((name, "must be a text"))
        }
    }

    mutating func value<T>(_ name: String, _ reason: String, _ read: (String) -> T?) -> T? {
        guard let text = json[name]?.stringValue else { return nil }
        let value = read(text)
        if value == nil { errors.append((name, reason)) }
        return value
    }

    mutating func subject() -> NamedSubject? { NamedSubject(json, members: ["user", "client"], &errors) }

    /// The person, and the app that they use; a client on its own is both.
    mutating func parties(
        _ subject: NamedSubject?, _ server: AuthorizationServer
    ) throws -> (user: StoredUser?, client: Client?) {
        var user: StoredUser?
        var (name, member) = (json["app"]?.stringValue, "app")
        switch subject {
        case .user(let username):
            user = try server.database.read { (transaction) throws(StorageError) in
                try transaction.user(usernameKey: Username.key(username))
            }
            if user == nil { errors.append(("user", "is not a user that is known here")) }
        case .client(let id):
            if let app = name, !app.hasSameOctets(as: id) { errors.append(("app", "is another client")) }
            (name, member) = (id, "client")
        case .group, nil: break
        }
        guard let name else {
            errors.append(("app", "must be the client_id of the app"))
            return (user, nil)
        }
        let client = try server.clients.client(name)
        if client == nil { errors.append((member, "is not a client that is known here")) }
        return (user, client)
    }

    /// Within what the app is registered for, and what it may have with a person or without.
    mutating func scopes(of client: Client?) -> ScopeSet {
        let registered = client?.metadata.scope ?? .empty
        let isPerson = json["user"] != nil
        var asked = registered
        if let named = value("scopes", "", { ScopeSet(parsing: $0) }) {
            if !named.rejected.isEmpty {
                let rejected = named.rejected.map { OAuthError.safe($0) }.joined(separator: " ")
                errors.append(("scopes", "holds what is no scope: \(rejected)"))
            }
            asked = named.intersection(registered, reading: .ceiling)
        }
        return asked.removing { scope in
            guard let level = scope.resource?.level else { return false }
            return level == .auth || (level == .system) == isPerson
        }
    }

    mutating func request() -> Result<FHIRRequest, FHIRRequestError> {
        guard let line = json["request"]?.stringValue else {
            errors.append(("request", "must be a FHIR request such as GET Patient/1"))
            return .failure(.line)
        }
        let body = json["request_body"]?.stringValue.map { Array($0.utf8) }
        let ifNoneExist = json["if_none_exist"]?.stringValue
        return Result { () throws(FHIRRequestError) in
            try FHIRRequest(line: line, body: body, ifNoneExist: ifNoneExist)
        }
    }

    /// Throws all problems.
    func finish() throws {
        guard errors.isEmpty, json.objectValue != nil else { throw Self.problem(errors) }
    }

    static func problem(_ errors: [(member: String, reason: String)]) -> Problem {
        Problem(
            status: 422, title: "The question is not valid", detail: "See the members named in errors.", errors: errors)
    }
}
