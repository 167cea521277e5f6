import SMART

/// `prompt=none` (OpenID Connect Core §3.1.2.1, §3.1.2.6; checklist AUTHZ-19): where a page would be due, the app is told
/// which, and the person sees nothing (AZ-22).
enum SilentAnswer {
    static let loginRequired = OAuthError(
        .loginRequired, "prompt is none, and nobody is signed in, or too long ago")

    static func refusePage(of step: any InteractionStep, _ visit: Visit) throws {
        guard visit.request.prompts.contains(.none) else { return }
        let error =
            switch step {
            case is SignInStep: loginRequired
            case is ConsentStep, is EmergencyStep:
                OAuthError(.consentRequired, "prompt is none, and consent has to be asked")
            case is PasswordStep:
                OAuthError(.interactionRequired, "prompt is none, and the person has to choose a new password")
            default: OAuthError(.interactionRequired, "prompt is none, and a patient or a visit has to be chosen")
            }
        throw AuthorizationRefusal.redirect(error, visit.target, visit.request.state)
    }
}
