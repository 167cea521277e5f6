/// A parser, and what must hold for whatever it is fed.
struct Target: Sendable {
    /// Also that of its folder under `Seeds`, and of its dictionary where it has one.
    let name: String
    let body: @Sendable ([UInt8]) -> Void

    static let all: [Target] = [
        .head, .chunked, .form, .percent, .json, .jws, .jwk, .client, .scope, .redirect, .cookie, .policy, .fhir,
        .configuration,
    ]
}

/// Ends the process, by which libFuzzer keeps the input.
func require(_ condition: Bool, _ rule: StaticString) {
    precondition(condition, "\(rule)")
}
