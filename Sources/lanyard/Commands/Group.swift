import Encoding
import HTTP

extension Command {
    static let groupAdd = Command(
        "group add", "make a group of people who have roles together", arguments: [.group],
        options: [.value("title", "TEXT", "what people call it (default: its name)")] + Option.administration
    ) { invocation in
        var group: JSONObject = ["name": .string(try invocation.argument(0))]
        group["title"] = invocation.option("title").map { .string($0) }
        let answer = try await invocation.administration().send(.post, "/admin/v1/groups", .object(group))
        invocation.answer(answer) { Presentation.members($0.withReadableTimes) }
    }

    static let groupRemove = Command(
        "group remove", "remove a group; its members lose what they had by it", arguments: [.group],
        options: [.force] + Option.administration
    ) { invocation in
        let name = try invocation.argument(0)
        _ = try await invocation.administration().send(.delete, try invocation.groupPath() + invocation.insistence)
        invocation.answer(["name": .string(name), "removed": true]) { _ in SafeText.line("removed \(name)") + "\n" }
    }

    static let groupList = Command("group list", "list the groups", options: Option.administration) { invocation in
        let groups = try await invocation.administration().list("/admin/v1/groups", "groups")
        invocation.answer(["groups": .array(groups)]) { _ in
            Presentation.table(groups, [("GROUP", "name"), ("TITLE", "title")])
        }
    }

    static let groupShow = Command(
        "group show", "list the members of a group", arguments: [.group], options: Option.administration
    ) { invocation in
        let path = try invocation.groupPath() + "/members"
        let members = try await invocation.administration().list(path, "members")
        invocation.answer(["members": .array(members)]) { _ in
            Presentation.table(members, [("USERNAME", "username"), ("NAME", "name"), ("FHIR USER", "fhirUser")])
        }
    }

    static let groupAddMember = Command(
        "group add-member", "put a person into a group", arguments: [.group, .username], options: Option.administration
    ) { invocation in try await invocation.changeMember(.put, "is in") }

    static let groupRemoveMember = Command(
        "group remove-member", "take a person out of a group", arguments: [.group, .username],
        options: [.force] + Option.administration
    ) { invocation in try await invocation.changeMember(.delete, "is no more in") }
}

extension Argument {
    fileprivate static let group = Argument("GROUP", "the name of a group")
}

extension Invocation {
    /// The URL path of the group that the first argument names.
    fileprivate func groupPath() throws(CommandFailure) -> String {
        "/admin/v1/groups/" + PathSegment.encode(try argument(0))
    }

    fileprivate func changeMember(_ method: Method, _ words: String) async throws {
        let (group, username) = (try argument(0), try argument(1))
        let path = try groupPath() + "/members/" + PathSegment.encode(username) + insistence
        _ = try await administration().send(method, path)
        answer(["group": .string(group), "username": .string(username), "member": .bool(method == .put)]) { _ in
            SafeText.line("\(username) \(words) \(group)") + "\n"
        }
    }
}
