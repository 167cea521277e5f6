import Encoding
import Storage

/// How a list is sorted: `created`, or `-created` for the other way round. Rows with equal keys stand in the order of what
/// names them, so that pages show each row once.
struct ListOrder<Key: RawRepresentable<String> & Sendable>: Sendable {
    let key: Key
    let isDescending: Bool

    private var text: String { (isDescending ? "-" : "") + key.rawValue }

    /// What `next` says of where a page ended. It is bound to the order: in another one the place is somewhere else.
    func cursor(_ place: ListPlace) -> String {
        [text, Base64URL.encode(Array(place.key.utf8)), Base64URL.encode(Array(place.id.utf8))].joined(separator: ".")
    }

    /// Nil for what is no cursor of this order.
    fileprivate func place(_ cursor: String) -> ListPlace? {
        let parts = cursor.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts.first == text, let key = Self.decoded(parts[1]), let id = Self.decoded(parts[2])
        else { return nil }
        return ListPlace(key: key, id: id)
    }

    private static func decoded(_ text: String) -> String? {
        Base64URL.decode(text).flatMap { String(validating: $0, as: UTF8.self) }
    }
}

extension ListQuery {
    /// `sort`: one of these keys, or one with a minus before it; the first of them where it is left out.
    func order<Key: RawRepresentable<String> & Sendable>(among keys: [Key]) throws -> ListOrder<Key> {
        let text = form["sort"] ?? keys.first?.rawValue ?? ""
        let isDescending = text.utf8.first == UInt8(ascii: "-")
        let name = isDescending ? String(text.dropFirst()) : text
        guard let key = keys.first(where: { $0.rawValue.hasSameOctets(as: name) }) else {
            let rule = "must be one of \(keys.map(\.rawValue).joined(separator: ", ")), or that with a minus before it"
            throw Problem(
                status: 400, title: "Wrong sort", detail: "sort \(rule).", errors: [("sort", rule)])
        }
        return ListOrder(key: key, isDescending: isDescending)
    }

    /// Where the page before ended, in that order.
    func place<Key>(in order: ListOrder<Key>) throws -> ListPlace? {
        guard let after else { return nil }
        guard let place = order.place(after) else { throw Self.wrongAfter }
        return place
    }

    /// The same where the rows are named by numbers.
    func numberedPlace<Key>(in order: ListOrder<Key>) throws -> ListPlace? {
        guard let place = try place(in: order) else { return nil }
        guard place.number != nil else { throw Self.wrongAfter }
        return place
    }
}

/// What lists of grants and sessions can be sorted by: in the order that they were made.
enum CreationSort: String, Sendable, CaseIterable {
    case created
}
