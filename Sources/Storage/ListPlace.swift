/// Where a page of a sorted list ended: the key that the list is sorted by, and what names the row, by which rows with equal
/// keys are told apart. The next page begins behind it, whether the row is still there or not.
package struct ListPlace: Sendable, Equatable {
    /// Empty where rows are sorted by what names them.
    package let key: String
    package let id: String

    package init(key: String, id: String) {
        self.key = key
        self.id = id
    }

    /// Of a list that goes by numbers.
    package init(number: Int64) { self.init(key: "", id: String(number)) }

    package var number: Int64? { Int64(id) }
}

/// A row of a sorted list, with its place.
package struct Listed<Element: Sendable>: Sendable {
    package let element: Element
    package let place: ListPlace
}
