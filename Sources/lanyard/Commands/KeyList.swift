import Encoding
import HTTP

extension Command {
    static let keyList = Command(
        "key list", "list the signing keys: which one signs, which comes next, which are kept for their tokens",
        options: Option.administration
    ) { invocation in
        invocation.answer(try await invocation.administration().send(.get, "/admin/v1/keys"), Presentation.keys)
    }
}

extension Presentation {
    /// The keys of an answer, with times for people.
    static func keys(_ answer: JSON) -> String {
        let rows = (answer["keys"]?.arrayValue ?? []).map { key -> JSON in
            guard var object = key.objectValue else { return key }
            for name in ["published_at", "since"] {
                if let time = key[name]?.integerValue { object[name] = .string(Timestamp.rfc3339(time)) }
            }
            object["may_sign"] = maySign(key)
            return .object(object)
        }
        return table(
            rows,
            [
                ("KEY", "kid"), ("ALGORITHM", "algorithm"), ("STATE", "state"), ("SINCE", "since"),
                ("PUBLISHED", "published_at"), ("ENCRYPTED", "encrypted"), ("MAY SIGN", "may_sign"),
            ])
    }

    private static func maySign(_ key: JSON) -> JSON {
        switch (key["state"]?.stringValue, key["usable_in"]?.integerValue) {
        case ("active", _): "now"
        case (_, 0?): "when rotated"
        case (_, let seconds?): .string("in \((seconds + 3599) / 3600) h")
        default: .null
        }
    }
}
