/// Where a text stopped being JSON, and why. The reason never repeats the input.
package struct JSONError: Error, Equatable {
    package let offset: Int
    package let reason: String

    package init(offset: Int, reason: String) {
        self.offset = offset
        self.reason = reason
    }
}
