/// Elements in order, each once: looked through one by one while they are few, as in most decisions, else found by hash.
struct Distinct<Element: Hashable> {
    private(set) var elements: [Element] = []
    private var known: Set<Element> = []

    /// Up to here a look at each costs less than any index of them.
    static var few: Int { 16 }

    mutating func append(_ element: Element) {
        if elements.count < Self.few {
            if !elements.contains(element) { elements.append(element) }
            return
        }
        if known.isEmpty { known = Set(elements) }
        if known.insert(element).inserted { elements.append(element) }
    }

    init() {}

    init(_ elements: some Sequence<Element>) {
        for element in elements { append(element) }
    }
}
