import Encoding
package import SMART

/// A scope as a rule writes it: a SMART scope whose constraint may have variables for values (`?organization=%clinic`).
package struct RuleScope: Sendable, Equatable {
    /// Without its constraint.
    package let scope: ResourceScope
    let clauses: [RuleClause]

    /// Nil for what is no scope. A variable stands only where a whole value can.
    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let head = parts.first, let scope = ResourceScope(String(Substring(head))),
            let plain = scope.with(scope.interactions, isVersion1: false)
        else { return nil }
        var clauses: [RuleClause] = []
        if parts.count > 1 {
            // `.read` and the other words of v1 have no constraint, and `auth/` has none either.
            guard scope.level != .auth, !scope.isVersion1 else { return nil }
            for item in parts[1].split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false) {
                guard clauses.count < 10, let clause = RuleClause(String(Substring(item))) else { return nil }
                clauses.append(clause)
            }
        }
        self.init(plain, clauses)
    }

    private init(_ scope: ResourceScope, _ clauses: [RuleClause]) {
        self.scope = scope
        self.clauses = clauses
    }

    /// What `deny *` denies: every type at every level, this server's own API too.
    static let everything: [RuleScope] = {
        let own = ScopeResourceType.ownTypes.sorted().map { "auth/\($0).cruds" }
        return (["user/*.cruds", "system/*.cruds"] + own).compactMap { RuleScope($0) }
    }()

    /// Whether it is about every resource of its types.
    var isWhole: Bool { clauses.isEmpty }

    /// As a file writes it.
    var text: String { scope.text + (clauses.isEmpty ? "" : "?" + clauses.map(\.text).joined(separator: "&")) }

    /// Nil without a letter.
    func with(_ interactions: Interactions) -> RuleScope? {
        scope.with(interactions, isVersion1: false).map { RuleScope($0, clauses) }
    }

    package var variables: [String] { clauses.flatMap(\.variables) }

    /// The scope of an allow. Nil where a variable is unset or a value cannot be written: the rule is dead.
    func allowed(_ variables: Variables) -> ResourceScope? {
        if clauses.isEmpty { return scope }
        var parameters: [ScopeParameter] = []
        for clause in clauses {
            guard let parameter = clause.parameter(variables) else { return nil }
            parameters.append(parameter)
        }
        guard let constraint = ScopeConstraint(parameters) else { return nil }
        return with(constraint)
    }

    /// The scope of a deny. A clause that cannot be written is left out, which denies more: an unset variable never opens
    /// anything.
    func denied(_ variables: Variables) -> ResourceScope {
        ScopeConstraint(clauses.compactMap { $0.parameter(variables) }).flatMap(with) ?? scope
    }

    private func with(_ constraint: ScopeConstraint) -> ResourceScope? {
        ResourceScope(
            level: scope.level, type: scope.type, interactions: scope.interactions, constraint: constraint)
    }
}

/// `name=value,value` of a rule's scope.
struct RuleClause: Sendable, Equatable {
    enum Value: Sendable, Equatable {
        case literal(String)
        /// Without the percent sign.
        case variable(String)
    }

    private let name: String
    private let modifier: String?
    private let values: [Value]

    init?(_ text: String) {
        guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        let key = String(text[..<equals])
        let items = text[text.index(after: equals)...].utf8.split(
            separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        var values: [Value] = []
        var written: [String] = []
        for item in items {
            let value = String(Substring(item))
            let name = Variables.name(value)
            values.append(name.map(Value.variable) ?? .literal(value))
            // Any value stands for a variable's while the clause is checked by the grammar of scopes.
            if name == nil { written.append(value) }
        }
        let check = written.isEmpty ? "\(key)=x" : "\(key)=\(written.joined(separator: ","))"
        guard let parameters = ScopeConstraint(check)?.parameters, parameters.count == 1,
            let parameter = parameters.first
        else { return nil }
        name = parameter.name
        modifier = parameter.modifier
        var literals = ArraySlice(written.isEmpty ? [] : parameter.literals)
        guard literals.count == written.count, modifier == nil || literals.count == values.count else { return nil }
        self.values = values.map { value in
            if case .literal = value, let literal = literals.popFirst() { return .literal(literal) }
            return value
        }
    }

    var text: String {
        let texts = values.map { value in
            switch value {
            case .literal(let literal): literal
            case .variable(let name): "%\(name)"
            }
        }
        return "\(name)\(modifier.map { ":\($0)" } ?? "")=\(texts.joined(separator: ","))"
    }

    var variables: [String] {
        values.compactMap { if case .variable(let name) = $0 { name } else { nil } }
    }

    /// Nil if a variable has no value, or one that cannot stand in a scope.
    func parameter(_ variables: Variables) -> ScopeParameter? {
        var literals: [String] = []
        for value in values {
            switch value {
            case .literal(let literal): literals.append(literal)
            case .variable(let variable):
                let bound = variables.literals(variable, of: name)
                if bound.isEmpty { return nil }
                literals += bound
            }
        }
        return ScopeParameter(name: name, modifier: modifier, literals: literals)
    }
}
