import Encoding
import HTTP

/// The query of a list: its page, and the filters that the list has. What is not known is refused, not passed over: a filter with
/// a typing error would show, or revoke, everything.
struct ListQuery: Sendable {
    let limit: Int
    /// Where the page before ended.
    let after: String?
    let form: FormParameters

    /// `isSorted`: whether there is a choice how (`ListOrder`).
    init(
        _ request: AdministrationRequest, filters: [String] = [], repeatable: [String] = [], isSorted: Bool = false
    ) throws {
        let filters = filters + (isSorted ? ["sort"] : [])
        guard let form = try? FormParameters(parsing: request.query) else {
            throw Problem(status: 400, title: "Unreadable query", detail: "The query cannot be decoded.")
        }
        let known = ["limit", "after"] + filters
        for item in form.items where !known.contains(item.name) {
            throw Problem(
                status: 400, title: "Unknown parameter",
                detail: "\(OAuthError.safe(item.name)) is none of \(known.joined(separator: ", ")).")
        }
        if let repeated = form.items.map(\.name).first(where: { name in
            !repeatable.contains(name) && form.values(name).count > 1
        }) {
            throw Problem(
                status: 400, title: "Repeated parameter",
                detail: "\(OAuthError.safe(repeated)) is there more than once.")
        }
        // One that asks for nobody is not one that asks for everybody.
        for item in form.items where filters.contains(item.name) && item.value.isEmpty {
            throw Problem(status: 400, title: "Empty filter", detail: "\(item.name) must have a value.")
        }
        guard let limit = Int(form["limit"] ?? "100"), (1...500).contains(limit) else {
            throw Problem(status: 400, title: "Wrong limit", detail: "limit must be a number from 1 to 500.")
        }
        self.limit = limit
        after = form["after"]
        self.form = form
    }

    subscript(filter: String) -> String? { form[filter] }

    /// Where the list goes by numbers.
    func afterNumber() throws -> Int64? {
        guard let after else { return nil }
        guard let number = Int64(after) else { throw Self.wrongAfter }
        return number
    }

    static var wrongAfter: Problem {
        Problem(
            status: 400, title: "Wrong after", detail: "See the parameters named in errors.",
            errors: [("after", "must be next of the page before, with the same sort and filters")])
    }

    /// `{<name>: […], "next"?}`: `last` is where a full page ended. `rows`: how many it had, where not each row is an item.
    func answer(_ name: String, _ items: [JSONObject], rows: Int? = nil, last: String?) -> Response {
        var body: JSONObject = [name: .array(items.map { .object($0) })]
        if rows ?? items.count == limit, let last { body["next"] = .string(last) }
        return .json(200, .object(body))
    }
}

extension AdministrationRequest {
    /// A number that the path names a row by; what is none names nothing.
    func number(_ name: String) -> Int64? { Int64(pathParameter(name)) }
}
