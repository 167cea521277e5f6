/// One resource by type and id: `Patient/456`.
package struct FHIRReference: Sendable, Hashable {
    package let type: String
    package let id: String

    package init(type: String, id: String) {
        self.type = type
        self.id = id
    }
}
