/// The members of a JSON object, in their order. Names are compared octet for octet.
package struct JSONObject: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    package struct Member: Sendable, Equatable {
        package var name: String
        package var value: JSON

        package init(name: String, value: JSON) {
            self.name = name
            self.value = value
        }

        package static func == (left: Member, right: Member) -> Bool {
            left.name.hasSameOctets(as: right.name) && left.value == right.value
        }
    }

    package var members: [Member]

    package init() { members = [] }

    /// The caller answers for names that are all different.
    package init(members: [Member]) { self.members = members }

    /// Of members with one name, the last value wins.
    package init(_ elements: [(String, JSON)]) {
        self.init()
        members.reserveCapacity(elements.count)
        for (name, value) in elements {
            if let index = index(of: name) {
                members[index].value = value
            } else {
                members.append(Member(name: name, value: value))
            }
        }
    }

    package init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }

    /// Setting nil removes the member; setting a new one appends it.
    package subscript(_ name: String) -> JSON? {
        get { index(of: name).map { members[$0].value } }
        set {
            switch (index(of: name), newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    package var isEmpty: Bool { members.isEmpty }
    package var count: Int { members.count }
    package var names: [String] { members.map(\.name) }
    package func contains(_ name: String) -> Bool { index(of: name) != nil }

    private func index(of name: String) -> Int? {
        let name = name.utf8.span
        for index in members.indices where members[index].name.utf8.span.hasSameOctets(as: name) { return index }
        return nil
    }
}
