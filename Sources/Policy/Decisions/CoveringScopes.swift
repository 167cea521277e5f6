import SMART

/// Scopes, of which those that another one is within are found without a look at each.
struct CoveringScopes {
    private let scopes: [ResourceScope]
    /// Nil where they are few.
    private let index: NarrowingIndex?

    init(_ scopes: [ResourceScope]) {
        self.scopes = scopes
        index = scopes.count <= Distinct<ResourceScope>.few ? nil : NarrowingIndex(scopes.map(\.narrowings))
    }

    /// The places of those that `scope` is within, in order.
    func places(covering scope: ResourceScope) -> [Int] {
        guard let index else { return scopes.indices.filter { scope.isWithin(scopes[$0], reading: .role) } }
        return Set(index.candidates(scope.narrowings)).filter { scope.isWithin(scopes[$0], reading: .role) }.sorted()
    }

    /// The letters of all those together.
    func letters(covering scope: ResourceScope) -> Interactions {
        places(covering: scope).reduce(into: []) { $0.formUnion(scopes[$1].interactions) }
    }
}

extension ResourceScope {
    fileprivate var narrowings: [Narrowing] {
        let constraint = constraint?.narrowings ?? []
        if case .named(let type) = type { return [[.type(type)]] + constraint }
        return constraint
    }
}
