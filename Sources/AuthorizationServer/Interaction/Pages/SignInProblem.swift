/// Why the sign-in page is shown again.
enum SignInProblem: Sendable, Equatable {
    /// Unknown name, wrong password or disabled account alike: the page never tells which.
    case wrongCredentials
    case tooManyTries(seconds: Int64)
    /// The form was too old or came from another browser session (SE-07).
    case formExpired

    func text(_ texts: Texts) -> String {
        switch self {
        case .wrongCredentials: texts.signIn.wrongCredentials
        case .tooManyTries(let seconds): texts.signIn.tooManyTries(Self.wait(seconds, texts.common))
        case .formExpired: texts.signIn.formExpired
        }
    }

    /// Of the page that tells it.
    var status: Int {
        switch self {
        case .wrongCredentials, .formExpired: 400
        case .tooManyTries: 429
        }
    }

    /// Rounded up, never to nothing.
    private static func wait(_ seconds: Int64, _ texts: Texts.Common) -> String {
        let seconds = max(1, seconds)
        return seconds <= 90 ? texts.seconds(seconds) : texts.minutes((seconds - 1) / 60 + 1)
    }
}
