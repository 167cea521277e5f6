/// One box of the consent page. Its value is the scope, letter for letter, and what is granted is the union of the
/// boxes ticked: a box that stays ticked includes its `parts`, and a person who wants less clears it and ticks parts.
struct ScopeChoice: Sendable, Equatable {
    let scope: String
    let title: String
    let detail: String?
    let group: ScopeGroup
    /// Covers kinds of data that do not exist yet.
    let isWildcard: Bool
    /// Allows the app to add, change or delete.
    let isWriting: Bool
    let isChecked: Bool
    /// Cannot be left out: the person takes it or refuses the app.
    let isMandatory: Bool
    /// The same right in smaller pieces (AUT-PAT-10, SCP-20).
    let parts: [ScopeChoice]

    init(
        scope: String, title: String, detail: String? = nil, group: ScopeGroup, isWildcard: Bool = false,
        isWriting: Bool = false, isChecked: Bool = true, isMandatory: Bool = false, parts: [ScopeChoice] = []
    ) {
        self.scope = scope
        self.title = title
        self.detail = detail
        self.group = group
        self.isWildcard = isWildcard
        self.isWriting = isWriting
        self.isChecked = isChecked
        self.isMandatory = isMandatory
        self.parts = parts
    }
}
