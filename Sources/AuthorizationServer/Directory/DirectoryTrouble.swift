import HTTP

/// Why a FHIR server's directory cannot be shown: never an empty list. What it says goes to the log, so it names no person.
struct DirectoryTrouble: Error, Sendable, CustomStringConvertible {
    enum Cause: Sendable {
        /// As many wait for this server already as may.
        case crowded
        case noAnswer(ClientError)
        case status(Int)
        case unusable(String)
    }

    let cause: Cause

    init(_ cause: Cause) { self.cause = cause }

    static func unusable(_ reason: String) -> DirectoryTrouble { DirectoryTrouble(.unusable(reason)) }

    var description: String {
        switch cause {
        case .crowded: "the FHIR server's directory: too many wait for it"
        case .noAnswer(let error): "the FHIR server's directory: \(error)"
        case .status(let status): "the FHIR server's directory: answered \(status)"
        case .unusable(let reason): "the FHIR server's directory: \(reason)"
        }
    }
}
