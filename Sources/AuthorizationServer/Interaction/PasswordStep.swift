import Encoding
import Storage

/// A password that an administrator set is known to somebody else: before anything else the person chooses one of their own
/// (PW-08).
struct PasswordStep: InteractionStep {
    let path = "/new-password"

    func isNeeded(_ visit: Visit, _ server: AuthorizationServer) -> Bool {
        visit.signedIn?.user.mustChangePassword == true
    }

    func page(_ visit: Visit, _ form: FormParameters, _ server: AuthorizationServer, _ style: PageStyle) -> [UInt8] {
        render(visit, nil, server, style)
    }

    func submit(_ submission: Submission, _ server: AuthorizationServer) async throws -> StepOutcome {
        let (visit, now) = (submission.visit, submission.now)
        guard let signedIn = visit.signedIn else { throw VisitProblem.gone }
        let change = PasswordChange(user: signedIn.user, request: submission.request, now: now)
        switch try await change.run(submission.form, server) {
        case .refused(let problem):
            return .again(render(visit, problem, server, submission.style), status: 400)
        case .gone: throw VisitProblem.gone
        case .changed(let sessionID, let cookie):
            // As a sign-in: the session belongs to this interaction.
            var state = InteractionState(visit.request)
            state.sessionID = sessionID
            try await visit.keep(state, server, now: now)
            return .proceed(cookies: [cookie])
        }
    }

    private func render(
        _ visit: Visit, _ problem: NewPasswordProblem?, _ server: AuthorizationServer, _ style: PageStyle
    ) -> [UInt8] {
        NewPasswordPage(
            action: server.path(path), handle: visit.handle.text, csrf: visit.formToken,
            username: visit.signedIn?.user.username ?? "", problem: problem
        ).render(style)
    }
}
