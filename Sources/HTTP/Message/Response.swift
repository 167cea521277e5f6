package import Encoding

/// One answer. The server writes `Date`, `Content-Length` and `Connection` by itself.
package struct Response: Sendable {
    package var status: Int
    package private(set) var fields = FieldLines()
    package var body: [UInt8]

    package init(status: Int, headers: [(String, String)] = [], body: [UInt8] = []) {
        self.status = status
        self.body = body
        for (name, value) in headers { fields.append(name, value) }
    }

    /// A JSON document.
    package static func json(_ status: Int, _ json: JSON) -> Response {
        Response(status: status, headers: [("Content-Type", "application/json")], body: json.serialized())
    }

    /// 303 by default: the browser comes with GET, and never repeats the form it has just sent (AZ-15).
    package static func redirect(to location: String, status: Int = 303) -> Response {
        Response(status: status, headers: [("Location", location)])
    }

    /// One line of text, for what no endpoint answered.
    package static func text(_ status: Int, _ text: String) -> Response {
        let body = Array(text.utf8) + [0x0a]
        return Response(status: status, headers: [("Content-Type", "text/plain; charset=utf-8")], body: body)
    }

    /// Sets a field, in place of any of that name.
    package mutating func set(_ name: String, _ value: String) {
        fields.remove(name)
        fields.append(name, value)
    }

    /// Adds a field beside those of the same name.
    package mutating func add(_ name: String, _ value: String) {
        fields.append(name, value)
    }

    /// The value of the first field of that name.
    package func header(_ name: String) -> String? {
        fields.all.first { FieldName.equal($0.name, name) }?.value
    }

    /// Every field, in order.
    package var headers: [(name: String, value: String)] { fields.all }
}

/// RFC 9110 §5.1: field names are compared without regard to letter case.
enum FieldName {
    static func equal(_ one: String, _ other: String) -> Bool {
        guard one.utf8.count == other.utf8.count else { return false }
        return zip(one.utf8, other.utf8).allSatisfy { $0.lowercased == $1.lowercased }
    }
}
