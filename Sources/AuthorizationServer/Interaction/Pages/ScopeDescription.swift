import SMART

/// A scope in plain words: "Laboratory results: see and search" (AZ-21, AUTHZ-39).
///
/// Words never promise less than what is granted: a constraint without words of its own is shown as it is written, and
/// an unknown scope by its name.
struct ScopeDescription: Sendable, Equatable {
    let group: ScopeGroup
    let title: String
    let detail: String?
    let isWildcard: Bool
    /// Lets the app add, change or delete.
    let isWriting: Bool

    init(_ scope: Scope, _ texts: Texts) {
        let words = texts.scopes
        switch scope {
        case .openid: self.init(.identity, words.openid)
        case .fhirUser: self.init(.identity, words.fhirUser)
        case .profile: self.init(.identity, words.profile)
        case .launch: self.init(.context, words.launch)
        case .launchContext(.patient): self.init(.context, words.launchPatient)
        case .launchContext(.encounter): self.init(.context, words.launchEncounter)
        case .launchContext(let launch): self.init(.context, words.launchContext(words.name(of: launch.type)))
        case .onlineAccess: self.init(.continuedAccess, words.onlineAccess)
        case .offlineAccess: self.init(.continuedAccess, words.offlineAccess)
        case .resource(let resource): self.init(resource, words)
        case .extension(let name): self.init(.other, words.unknown(name))
        }
    }

    private init(_ group: ScopeGroup, _ phrase: Texts.Phrase) {
        self.group = group
        self.title = phrase.title
        self.detail = phrase.detail
        self.isWildcard = false
        self.isWriting = false
    }

    private init(_ scope: ResourceScope, _ words: Texts.ScopeWords) {
        let subject = Subject(scope, words)
        group = Self.group(of: scope.level)
        title = "\(Self.capitalized(subject.name)): \(words.conjunction(Self.verbs(scope.interactions, words)))"
        detail = subject.limits.isEmpty ? nil : words.only(words.conjunction(subject.limits))
        isWildcard = scope.type == .any
        isWriting = !scope.interactions.isDisjoint(with: [.create, .update, .delete])
    }

    private static func group(of level: Level) -> ScopeGroup {
        switch level {
        case .patient: .patientRecord
        case .user: .userRecords
        case .system: .systemRecords
        case .auth: .administration
        }
    }

    /// Seeing comes before changing: "see, search, add, change and delete".
    private static func verbs(_ interactions: Interactions, _ words: Texts.ScopeWords) -> [String] {
        let order: [(Interactions, String)] = [
            (.read, words.read), (.search, words.search), (.create, words.create), (.update, words.update),
            (.delete, words.delete),
        ]
        return order.filter { interactions.contains($0.0) }.map(\.1)
    }

    private static func capitalized(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst()
    }

    /// What a resource scope is about, and the limits for which there is no better word.
    private struct Subject {
        let name: String
        let limits: [String]

        init(_ scope: ResourceScope, _ words: Texts.ScopeWords) {
            let clauses = scope.constraint?.parameters ?? []
            switch scope.type {
            case .any:
                name = words.anyType
                limits = clauses.map(Self.written)
            case .named(let type) where scope.level == .auth:
                name = words.administration[type] ?? words.otherType(type)
                limits = clauses.map(Self.written)
            case .named(let type):
                let named = clauses.enumerated().lazy.compactMap { index, clause in
                    Self.categories(clause, of: type, words).map { (index: index, name: $0) }
                }.first
                name = named?.name ?? words.name(of: type)
                limits = clauses.enumerated().filter { $0.offset != named?.index }.map { Self.written($0.element) }
            }
        }

        /// "Laboratory results and vital signs", if there are words for every value; a value left out would hide what is
        /// granted, so then the clause is shown as it is written.
        private static func categories(
            _ clause: ScopeParameter, of type: String, _ words: Texts.ScopeWords
        ) -> String? {
            guard clause.name == "category", clause.modifier == nil else { return nil }
            let names = clause.literals.map { literal in
                SubResource(resourceType: type, category: literal).flatMap { words.subResources[$0] }
            }
            guard !names.isEmpty, !names.contains(nil) else { return nil }
            return words.conjunction(names.compactMap { $0 })
        }

        private static func written(_ clause: ScopeParameter) -> String {
            let name = clause.modifier.map { "\(clause.name):\($0)" } ?? clause.name
            return "\(name) = \(clause.literals.joined(separator: ", "))"
        }
    }
}
