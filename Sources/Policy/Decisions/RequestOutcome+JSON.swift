package import Encoding
import SMART

extension RequestOutcome {
    /// The answer as one object: `permit`, and the members of its context.
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.name("permit")
        writer.bool(isPermitted)
        writeContext(to: &writer)
        writer.endObject()
    }

    /// Whether there is more to say than yes or no.
    package var hasContext: Bool {
        switch self {
        case .single(let decision): decision.hasContext
        case .bundle: true
        }
    }

    /// The members beside `permit`, in an object that is begun: what is left to do, or why not.
    package func writeContext(to writer: inout JSONWriter) {
        switch self {
        case .single(let decision): decision.writeContext(to: &writer)
        case .bundle(let entries):
            writer.name("entries")
            writer.beginArray()
            for entry in entries { RequestOutcome.single(entry).write(to: &writer) }
            writer.endArray()
        }
    }
}

extension RequestDecision {
    fileprivate var hasContext: Bool { reason != nil || remainders.contains { !$0.isNothing } }

    fileprivate func writeContext(to writer: inout JSONWriter) {
        if let reason { writer.member("reason", reason.rawValue) }
        if let detail { writer.member("detail", detail) }
        guard let first = remainders.first else { return }
        first.writeMembers(to: &writer)
        let others = remainders.dropFirst().filter { !$0.isNothing }
        guard !others.isEmpty else { return }
        writer.name("included")
        writer.beginArray()
        for other in others {
            writer.beginObject()
            writer.member("type", other.type ?? Permissions.anyType)
            other.writeMembers(to: &writer)
            writer.endObject()
        }
        writer.endArray()
    }
}

extension RequestDecision.TypedRemainder {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        if any.count == 1, let only = any.first {
            only.writeMembers(to: &writer)
        } else {
            writer.name("any")
            writer.beginArray()
            for row in any {
                writer.beginObject()
                row.writeMembers(to: &writer)
                writer.endObject()
            }
            writer.endArray()
        }
        guard !except.isEmpty else { return }
        writer.name("except")
        writer.beginArray()
        for exception in except { writer.string(exception.text) }
        writer.endArray()
    }
}

extension Remainder {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        if let criteria { writer.member("criteria", criteria.text) }
        if let compartment { writer.member("compartment", "Patient/\(compartment.value)") }
        if !hide.isEmpty { writer.member("hide", hide) }
        if !readonly.isEmpty { writer.member("readonly", readonly) }
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: String, _ text: String) {
        self.name(name)
        string(text)
    }

    fileprivate mutating func member(_ name: String, _ texts: [String]) {
        self.name(name)
        beginArray()
        for text in texts { string(text) }
        endArray()
    }
}
