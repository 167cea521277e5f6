import Encoding
import HTTP

/// One page between the authorization request and the code. The endpoint has checked the browser, the interaction and the
/// form's token; a step fills in only what is its own. Listed once, in the order that a person meets them.
protocol InteractionStep: Sendable {
    /// The path of its page.
    var path: String { get }
    func isNeeded(_ visit: Visit, _ server: AuthorizationServer) async throws -> Bool
    func page(
        _ visit: Visit, _ form: FormParameters, _ server: AuthorizationServer, _ style: PageStyle
    ) async throws -> [UInt8]
    /// Takes what the person sent.
    func submit(_ submission: Submission, _ server: AuthorizationServer) async throws -> StepOutcome
}

/// What a person sent with a page's form.
struct Submission: Sendable {
    let visit: Visit
    let form: FormParameters
    let request: Request
    let style: PageStyle
    let now: Int64
}

enum StepOutcome: Sendable {
    /// On to the next page that is needed.
    case proceed(cookies: [(String, String)] = [])
    /// The same page again, with what is wrong.
    case again([UInt8], status: Int)
    /// Back to the app, with these parameters.
    case finish([(String, String)])
}

let interactionSteps: [any InteractionStep] = [
    SignInStep(), PasswordStep(), PatientStep(), EncounterStep(), EmergencyStep(), ConsentStep(),
]
