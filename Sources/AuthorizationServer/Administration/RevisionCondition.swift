import HTTP

/// What a change of a policy expects to find (AD-09): `If-Match` with the entity tag that was read (RFC 9110 §13.1.1), so that
/// of two administrators who edit at once, the second is told and loses nothing.
enum RevisionCondition: Sendable {
    case unstated
    /// `*`: whichever it is.
    case any
    case tags([String])

    init(_ headers: Headers) {
        let values = headers.values("If-Match").flatMap { $0.split(separator: ",") }.map { value in
            String(value.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        if values.isEmpty { self = .unstated } else { self = values == ["*"] ? .any : .tags(values) }
    }

    static func tag(_ revision: Int64) -> String { "\"\(revision)\"" }

    /// The same of something that has a version and no count of revisions, and is there.
    func require(version: String, of what: String) throws {
        switch self {
        case .any: return
        case .tags(let tags) where tags.contains("\"\(version)\""): return
        case .tags:
            throw Problem(
                status: 412, title: "The \(what) has changed",
                detail: "The \(what) has changed since it was read: its version is \(version) now.")
        case .unstated:
            throw Problem(
                status: 428, title: "What was seen?",
                detail: "If-Match must name the version that was read and is changed; now it is \"\(version)\".")
        }
    }

    /// `current`: nil where there is no policy. Without a condition a policy is made, and none replaced.
    func require(_ current: Int64?) throws {
        switch (self, current) {
        case (.unstated, nil), (.any, _?): return
        case (.tags(let tags), let current?) where tags.contains(Self.tag(current)): return
        case (.unstated, let current?):
            throw Problem(
                status: 428, title: "What was seen?",
                detail: "If-Match must name the revision that was read and is changed; now it is \"\(current)\".")
        case (_, let current?):
            throw Problem(
                status: 412, title: "The policy has changed",
                detail: "The policy has changed since it was read: its revision is \(current) now.")
        case (_, nil):
            throw Problem(
                status: 412, title: "The policy is gone", detail: "There is no policy of this role any more.")
        }
    }
}
