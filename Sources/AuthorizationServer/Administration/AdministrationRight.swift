import SMART

/// What a row of the administration's table asks of its caller: rights to one type of this server's own API, written as a scope.
struct AdministrationRight: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    let scope: ResourceScope

    /// Nil for what is no right of the level `auth/`.
    init?(_ text: String) {
        guard let scope = ResourceScope(text), scope.level == .auth else { return nil }
        self.scope = scope
    }

    /// Our own table is read at the start: a row with a right that there is not stops it.
    init(stringLiteral text: StaticString) {
        let right = AdministrationRight("\(text)")
        guard let right else { preconditionFailure("the table of the administration names no right: \(text)") }
        self = right
    }

    /// What is asked of the level as a whole.
    var scopes: ScopeSet { ScopeSet([.resource(scope)]) }

    var description: String { scope.text }
}
