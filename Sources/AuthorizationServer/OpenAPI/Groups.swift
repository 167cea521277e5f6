import HTTP

extension OperationGroup {
    static let groups = OperationGroup(
        name: "Groups", about: "People who have roles together.",
        operations: [
            OperationDescription(
                .post, "/groups", "Make a group", body: .json(.named("NewGroup")),
                answers: [.json(201, .named("Group"), "Made.")]),
            OperationDescription(
                .get, "/groups", "List groups", .paging, answers: [.page("groups", of: .named("Group"), "By name.")]),
            OperationDescription(
                .delete, "/groups/{name}", "Remove a group", [force],
                answers: [.nothing(204, "Its members have lost what they had by it.")], refusals: [.conflict]),
            OperationDescription(
                .get, "/groups/{name}/members", "List who is in a group", .numberedPaging,
                answers: [.page("members", of: .named("GroupMember"), "The people.")]),
            OperationDescription(
                .put, "/groups/{name}/members/{username}", "Put somebody into a group",
                answers: [.nothing(204, "In it.")], refusals: [.conflict]),
            OperationDescription(
                .delete, "/groups/{name}/members/{username}", "Take somebody out of a group", [force],
                answers: [.nothing(204, "Out of it.")], refusals: [.conflict]),
        ],
        schemas: [
            ("NewGroup", .exactly(.must("name", .named("RoleName")), .may("title", .line(1...200)))),
            ("Group", .object(.must("name", .named("RoleName")), .must("title", .text), .must("created_at", .time))),
            ("GroupMember", .object(.must("username", .text), .must("name", .text), .may("fhirUser", .text))),
        ])
}
