/// The scopes of a request, a registration, a role or a token: what one scope string means.
///
/// Several scopes add up (SCP-4). The order is kept and nothing is there twice.
package struct ScopeSet: Sendable, Equatable {
    package let scopes: [Scope]
    /// Items of the parsed text that are no scopes, or are beyond the bounds: dropped, never repaired (AZ-18).
    package let rejected: [String]

    package static let empty = ScopeSet([])

    /// Bounds of what is parsed and of what an intersection gives, so that no request costs much and every granted text
    /// reads back whole.
    package static let maximumItems = 400
    package static let maximumConstrainedItems = 64
    package static let maximumLength = 16_384

    /// How `user/` and `patient/` compare.
    package enum Reading: Sendable {
        /// A registration or an earlier grant: the levels stand apart.
        case ceiling
        /// A role says what a person may do, and `patient/` narrows that to one record.
        case role
    }

    package init(_ scopes: [Scope]) {
        var seen = SeenScopes()
        self.scopes = scopes.filter { seen.insert($0) }
        rejected = []
    }

    /// RFC 6749 §3.3: items between spaces. What is left after twice the allowed items is one item, spaces and all, and so
    /// no scope: cutting it anywhere could make another scope of it.
    package init(parsing text: String) {
        var admission = Admission()
        var rejected: [String] = []
        for piece in text.utf8.split(separator: UInt8(ascii: " "), maxSplits: 2 * Self.maximumItems) {
            let item = String(Substring(piece))
            if let scope = Scope(item), admission.admit(scope) { continue }
            rejected.append(item)
        }
        scopes = admission.scopes
        self.rejected = rejected
    }

    /// As many of `scopes` as the bounds allow: for results that only ever narrow.
    package init(bounded scopes: [Scope]) {
        var admission = Admission()
        for scope in scopes { _ = admission.admit(scope) }
        self.scopes = admission.scopes
        rejected = []
    }

    package static func == (left: ScopeSet, right: ScopeSet) -> Bool { left.scopes == right.scopes }

    /// The scope string; what was asked for in v1 words and still is that, is printed so (SCP-3).
    package var text: String {
        scopes.count == 1 ? scopes[0].text : scopes.map(\.text).joined(separator: " ")
    }

    package var isEmpty: Bool { scopes.isEmpty }

    package var resources: [ResourceScope] { scopes.compactMap(\.resource) }

    package func resources(level: Level) -> [ResourceScope] { resources.filter { $0.level == level } }

    /// By meaning for a resource scope, else the very scope.
    package func contains(_ scope: Scope) -> Bool { covers(scope, reading: .ceiling) }

    package func removing(where isRemoved: (Scope) -> Bool) -> ScopeSet {
        ScopeSet(scopes.filter { !isRemoved($0) })
    }

    /// The same rights, all in the letters of SMART v2.
    package var version2: ScopeSet {
        ScopeSet(
            scopes.map { scope in
                scope.resource.flatMap { $0.with($0.interactions, isVersion1: false) }.map(Scope.resource) ?? scope
            })
    }
}

/// Finds a scope that is there already: one by one while there are few, as there are in most requests, else by hash.
private struct SeenScopes {
    private static let few = 8
    private var list: [Scope] = []
    private var set: Set<Scope> = []

    func contains(_ scope: Scope) -> Bool { set.isEmpty ? list.contains(scope) : set.contains(scope) }

    /// False if it was there.
    mutating func insert(_ scope: Scope) -> Bool {
        if contains(scope) { return false }
        if set.isEmpty, list.count < Self.few {
            list.append(scope)
        } else {
            if set.isEmpty { set = Set(list) }
            set.insert(scope)
        }
        return true
    }
}

/// Counts scopes against the bounds.
private struct Admission {
    private(set) var scopes: [Scope] = []
    private var seen = SeenScopes()
    private var constrained = 0
    private var length = 0

    /// False if the scope does not fit any more; one that is there already always fits.
    mutating func admit(_ scope: Scope) -> Bool {
        if seen.contains(scope) { return true }
        let isConstrained = scope.resource?.constraint != nil
        let newLength = length + scope.text.utf8.count + (scopes.isEmpty ? 0 : 1)
        guard scopes.count < ScopeSet.maximumItems, newLength <= ScopeSet.maximumLength,
            !isConstrained || constrained < ScopeSet.maximumConstrainedItems
        else { return false }
        if isConstrained { constrained += 1 }
        length = newLength
        _ = seen.insert(scope)
        scopes.append(scope)
        return true
    }
}
