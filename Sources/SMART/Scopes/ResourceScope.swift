/// A scope for FHIR resources or for this server's own API: level, type, interactions, constraint.
package struct ResourceScope: Sendable, Hashable {
    package let level: Level
    package let type: ScopeResourceType
    package let interactions: Interactions
    package let constraint: ScopeConstraint?
    /// Asked for in the words of SMART v1 (`.read`, `.write`, `.*`), and so printed back.
    package let isVersion1: Bool

    static let maximumLength = 2048

    /// Nil if no interaction is left, the level has no such type, or `auth/` is constrained (nothing could enforce it).
    package init?(
        level: Level, type: ScopeResourceType, interactions: Interactions, constraint: ScopeConstraint? = nil,
        isVersion1: Bool = false
    ) {
        guard !interactions.isEmpty, type.exists(at: level), level != .auth || constraint == nil else { return nil }
        self.level = level
        self.type = type
        self.interactions = interactions
        self.constraint = constraint
        self.isVersion1 =
            isVersion1 && level != .auth && constraint == nil && interactions.version1Word != nil
    }

    /// The grammar of SMART App Launch 2.2, exactly (AZ-18): what is not a scope is nil and never becomes another one.
    package init?(_ text: String) {
        let bytes = text.utf8
        guard bytes.count <= Self.maximumLength, bytes.allSatisfy(\.isScopeCharacter) else { return nil }
        let mark = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
        let head = bytes[..<mark]
        var constraint: ScopeConstraint?
        if mark < bytes.endIndex {
            constraint = ScopeConstraint(String(Substring(bytes[bytes.index(after: mark)...])))
            guard constraint != nil else { return nil }
        }
        guard let slash = head.firstIndex(of: UInt8(ascii: "/")), let dot = head.lastIndex(of: UInt8(ascii: ".")),
            slash < dot, let level = Level(rawValue: String(Substring(head[..<slash])))
        else { return nil }
        let type = ScopeResourceType(String(Substring(head[head.index(after: slash)..<dot])))
        let access = String(Substring(head[head.index(after: dot)...]))
        // SCP-2: the words before the letters, or `.read` could be taken for `.rd`. They have no constraint.
        if let interactions = Interactions(version1: access) {
            guard constraint == nil, level != .auth else { return nil }
            self.init(level: level, type: type, interactions: interactions, isVersion1: true)
        } else {
            guard let interactions = Interactions(letters: access) else { return nil }
            self.init(level: level, type: type, interactions: interactions, constraint: constraint)
        }
    }

    /// In the letters of SMART v2.
    package var text: String {
        let head = level.rawValue + "/" + type.text + "." + interactions.letters
        guard let constraint else { return head }
        return head + "?" + constraint.text
    }

    /// In the words of SMART v1, if they can say exactly this.
    package var version1Text: String? {
        guard constraint == nil, level != .auth, let word = interactions.version1Word else { return nil }
        return "\(level.rawValue)/\(type.text).\(word)"
    }

    /// As it was asked for.
    package var writtenText: String { (isVersion1 ? version1Text : nil) ?? text }

    /// Whether every resource this scope is about is also one of `other`'s, whatever may be done with it.
    package func isWithin(_ other: ResourceScope, reading: ScopeSet.Reading) -> Bool {
        guard other.level.covers(level, reading: reading), other.type.covers(type) else { return false }
        guard let wider = other.constraint else { return true }
        guard let constraint else { return false }
        return wider.isImplied(by: constraint)
    }

    /// Whether some request may fall under both.
    package func overlaps(_ other: ResourceScope, reading: ScopeSet.Reading) -> Bool {
        level.intersection(other.level, reading: reading) != nil && type.intersection(other.type) != nil
            && !interactions.isDisjoint(with: other.interactions)
    }

    /// What both allow: letters bit by bit, constraints conjoined. Nil if nothing, or if it can't be written down.
    package func intersection(_ other: ResourceScope, reading: ScopeSet.Reading) -> ResourceScope? {
        guard !interactions.isDisjoint(with: other.interactions),
            let level = level.intersection(other.level, reading: reading), let type = type.intersection(other.type)
        else { return nil }
        let both: ScopeConstraint?
        switch (constraint, other.constraint) {
        case (nil, let only), (let only, nil):
            both = only
        case (let mine?, let theirs?):
            guard let conjunction = mine.conjoined(with: theirs) else { return nil }
            both = conjunction
        }
        return ResourceScope(
            level: level, type: type, interactions: interactions.intersection(other.interactions), constraint: both)
    }

    /// The same scope with other interactions, nil without any.
    package func with(_ interactions: Interactions, isVersion1: Bool) -> ResourceScope? {
        ResourceScope(
            level: level, type: type, interactions: interactions, constraint: constraint, isVersion1: isVersion1)
    }
}
