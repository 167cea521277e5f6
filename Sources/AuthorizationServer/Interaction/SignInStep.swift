import Encoding
import HTTP
import SMART

/// Name and password (SE-01, PW-03, PW-04). Unknown names, wrong passwords and disabled accounts get the same page in the
/// same time.
struct SignInStep: InteractionStep {
    let path = "/sign-in"

    func isNeeded(_ visit: Visit, _ server: AuthorizationServer) -> Bool { visit.signedIn == nil }

    func page(_ visit: Visit, _ form: FormParameters, _ server: AuthorizationServer, _ style: PageStyle) -> [UInt8] {
        render(visit, username: visit.request.loginHint?.value ?? "", nil, server, style)
    }

    func submit(_ submission: Submission, _ server: AuthorizationServer) async throws -> StepOutcome {
        let (visit, now) = (submission.visit, submission.now)
        let username = submission.form["username"] ?? "", password = submission.form["password"] ?? ""
        let attempt = SignInAttempt(username: username, submission.request, now: now)
        switch try await attempt.run(password: password, submission.request, server) {
        case .refused(let problem):
            let page = render(visit, username: username, problem, server, submission.style)
            return .again(page, status: problem.status)
        case .signedIn(let sessionID, let cookie):
            // The session belongs to this interaction: that is what prompt=login asks for. Choices of another one are void.
            var state = InteractionState(visit.request)
            state.sessionID = sessionID
            try await visit.keep(state, server, now: now)
            return .proceed(cookies: [cookie])
        }
    }

    private func render(
        _ visit: Visit, username: String, _ problem: SignInProblem?, _ server: AuthorizationServer, _ style: PageStyle
    ) -> [UInt8] {
        SignInPage(
            action: server.path(path), handle: visit.handle.text, csrf: visit.formToken,
            clientName: visit.client.displayName, username: username, problem: problem
        ).render(style)
    }
}
