import Crypto
import Encoding

/// What becomes of one object.
struct ConfigurationChange: Sendable {
    enum Step: String, Sendable {
        case create, update, remove, unchanged
    }

    struct Member: Sendable {
        let name: String
        /// Nil: it was not there, or will not be.
        let from: JSON?
        let to: JSON?
    }

    let file: String
    let step: Step
    let members: [Member]
    /// The client that needs a secret, and the name under which that is looked for.
    var secret: (client: String, reference: String)?

    /// From what is there to what shall be; nil: it is not there. Members that the file says nothing of stay.
    init(_ file: String, from current: JSONObject?, to desired: JSONObject?, silent: Set<String> = []) {
        self.file = file
        let names = Set((current?.names ?? []) + (desired?.names ?? [])).subtracting(silent)
        let different = names.sorted().compactMap { name -> Member? in
            let (from, to) = (current?[name], desired?[name])
            return from == to ? nil : Member(name: name, from: from, to: to)
        }
        switch (current, desired) {
        case (nil, _): step = .create
        case (_, nil): step = .remove
        default: step = different.isEmpty ? .unchanged : .update
        }
        // What is new or goes is told by its file.
        members = step == .update ? different : []
    }

    var json: JSON {
        var object: JSONObject = ["file": .string(file), "step": .string(step.rawValue)]
        if !members.isEmpty { object["changes"] = .array(members.map(\.json)) }
        if let secret {
            object["needs_secret"] = [
                "client_id": .string(secret.client), "reference": .string(secret.reference),
            ]
        }
        return .object(object)
    }
}

extension ConfigurationChange.Member {
    fileprivate var json: JSON {
        ["member": .string(name), "from": from ?? .null, "to": to ?? .null]
    }
}

/// All that an apply would do, or did.
struct ConfigurationPlan: Sendable {
    var changes: [ConfigurationChange] = []

    func count(_ step: ConfigurationChange.Step) -> Int { changes.count { $0.step == step } }

    private var list: JSON { .array(changes.sorted { $0.file < $1.file }.map(\.json)) }

    /// Another where anything that it would do, or would leave as it is, is another: what an apply names that follows a
    /// plan (AD-09).
    var fingerprint: String { Base64URL.encode(Digest.sha256(list.serialized())) }

    var json: JSONObject {
        var counts = JSONObject()
        for step in [ConfigurationChange.Step.create, .update, .remove, .unchanged] {
            counts[step.rawValue] = .integer(Int64(count(step)))
        }
        return ["changes": list, "counts": .object(counts), "fingerprint": .string(fingerprint)]
    }

    /// For the audit record.
    var summary: String {
        "apply: \(count(.create)) created, \(count(.update)) updated, \(count(.remove)) removed"
    }
}
