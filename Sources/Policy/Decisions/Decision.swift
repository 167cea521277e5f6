import Encoding
package import SMART

/// What a caller can do itself about what a decision leaves open.
package struct Filtering: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Add parameters to a search.
    package static let search = Filtering(rawValue: 1)
    /// Hold each resource, read or about to be written, to criteria.
    package static let rows = Filtering(rawValue: 2)
    /// Take elements out of an answer, and refuse that they are written.
    package static let elements = Filtering(rawValue: 4)

    package static let all: Filtering = [.search, .rows, .elements]

    /// `search rows elements`; nil for any other word.
    package init?(_ text: String) {
        var filtering: Filtering = []
        let octets = text.utf8.span
        var start = 0
        while start < octets.count {
            let end = octets.firstIndex(of: UInt8(ascii: " "), from: start) ?? octets.count
            if end > start {
                guard let one = Filtering(word: octets.extracting(start..<end)) else { return nil }
                filtering.formUnion(one)
            }
            start = end + 1
        }
        self = filtering
    }

    package init?(word: Span<UInt8>) {
        for row in Self.byWord where row.word.utf8.count == word.count && row.word.utf8.span.hasSameOctets(as: word) {
            self = row.filtering
            return
        }
        return nil
    }

    private static let byWord: [(word: String, filtering: Filtering)] = [
        ("search", .search), ("rows", .rows), ("elements", .elements),
    ]

    /// For an error.
    package static let words = byWord.map(\.word).sorted().joined(separator: ", ")
}

/// What has to be applied to what is found or written: any one of the rows of a decision.
package struct Remainder: Sendable, Hashable {
    package var criteria: ScopeConstraint?
    package var compartment: FHIRID?
    package var hide: [String]
    package var readonly: [String]

    var isNothing: Bool { !narrows && !hasElements }
    var narrows: Bool { criteria != nil || compartment != nil }
    var hasElements: Bool { !hide.isEmpty || !readonly.isEmpty }
}

/// The answer for one thing that a request does.
package enum Decision: Sendable, Equatable {
    /// What meets one of `any` and none of `except`. One empty row and no exception: all of it.
    case permit(any: [Remainder], except: [ScopeConstraint])
    case deny(DenialReason)

    static let wholly = Decision.permit(
        any: [Remainder(criteria: nil, compartment: nil, hide: [], readonly: [])], except: [])

    /// Whether nothing is left for the caller to do.
    package var isWhole: Bool {
        if case .permit(let any, let except) = self {
            except.isEmpty && any.count == 1 && any[0].isNothing
        } else {
            false
        }
    }
}
