/// What a command was called with. The parser has checked it against the command's table: required options and
/// arguments are there, names are known.
struct Invocation: Sendable {
    let arguments: [String]
    let options: [String: [String]]
    let environment: [String: String]
    let console: Console

    /// The value of an option, nil if it was not given.
    func option(_ name: String) -> String? { options[name]?.first }

    /// All values of a repeatable option, in their order.
    func values(_ name: String) -> [String] { options[name] ?? [] }

    func flag(_ name: String) -> Bool { options[name] != nil }

    /// The value of an option that the command's table marks as required.
    func required(_ name: String) throws(CommandFailure) -> String {
        guard let value = option(name) else { throw .usage("--\(name) is missing") }
        return value
    }

    /// A positional argument, from 0.
    func argument(_ position: Int) throws(CommandFailure) -> String {
        guard arguments.indices.contains(position) else { throw .usage("an argument is missing") }
        return arguments[position]
    }

    /// The answer as JSON was asked for.
    var wantsJSON: Bool { flag(Option.json.name) }
}
