import Encoding

/// One thing that `lanyard doctor` looked at.
struct Finding: Sendable, Equatable {
    enum Gravity: String, Sendable {
        case ok
        /// It works now; somebody should look at it.
        case warning
        /// The server does not start, or should not run like this.
        case failure
    }

    let gravity: Gravity
    /// What was looked at: a file, a setting.
    let subject: String
    let detail: String

    static func ok(_ subject: String, _ detail: String) -> Finding {
        Finding(gravity: .ok, subject: subject, detail: detail)
    }

    static func warning(_ subject: String, _ detail: String) -> Finding {
        Finding(gravity: .warning, subject: subject, detail: detail)
    }

    static func failure(_ subject: String, _ detail: String) -> Finding {
        Finding(gravity: .failure, subject: subject, detail: detail)
    }

    var json: JSON {
        ["result": .string(gravity.rawValue), "subject": .string(subject), "detail": .string(detail)]
    }
}
