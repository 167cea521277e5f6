import Policy
import SMART

@testable import AuthorizationServer

/// Every page, filled with given texts: what a hospital would show, or what an attacker would write.
struct Samples {
    /// Gives the text for a field of the given name.
    let text: (String) -> String

    func pages(_ style: PageStyle) -> [(name: String, bytes: [UInt8])] {
        [
            ("sign-in", signIn(problem: nil).render(style)),
            ("sign-in-wrong", signIn(problem: .wrongCredentials).render(style)),
            ("sign-in-wait", signIn(problem: .tooManyTries(seconds: 120)).render(style)),
            ("patients", patients([patient(0), patient(1), patient(2)], problem: nil).render(style)),
            ("patients-problem", patients([patient(0)], problem: .notChosen).render(style)),
            ("patients-empty", patients([], problem: nil).render(style)),
            ("encounters", encounters([encounter("in-progress"), encounter(text("status"))]).render(style)),
            ("encounters-empty", encounters([]).render(style)),
            ("consent", consent(problem: nil).render(style)),
            ("consent-unreviewed", consent(problem: nil, isReviewed: false).render(style)),
            ("consent-administration", consent(problem: nil, isAdministration: true).render(style)),
            ("consent-problem", consent(problem: .nothingChosen).render(style)),
            ("apps", apps(formExpired: false).render(style)),
            ("apps-problem", apps(formExpired: true).render(style)),
            ("own-sign-in", ownSignIn().render(style)),
            ("error", error().render(style)),
            ("sign-out", signOut().render(style)), ("stayed", StayedPage().render(style)),
            (
                "signed-out",
                SignedOutPage(returnTo: .init(clientName: text("app"), address: text("address"))).render(style)
            ),
        ]
    }

    func signIn(problem: SignInProblem?) -> SignInPage {
        SignInPage(
            action: text("action"), handle: text("handle"), csrf: text("csrf"), clientName: text("app"),
            username: problem == nil ? "" : text("username"), problem: problem)
    }

    func patients(_ choices: [PatientChoice], problem: PickerProblem?) -> PatientPickerPage {
        PatientPickerPage(
            action: text("action"), handle: text("handle"), csrf: text("csrf"), clientName: text("app"),
            query: text("query"), birthDate: text("birthDate"), offersSearch: true, patients: choices,
            nextCursor: text("cursor"), problem: problem)
    }

    func patient(_ index: Int) -> PatientChoice {
        PatientChoice(
            id: text("id") + "\(index)", name: text("patient"),
            birthDate: index == 2 ? text("birthDate") : "2011-03-04",
            gender: index == 1 ? text("gender") : "female", identifier: text("identifier"))
    }

    func encounters(_ choices: [EncounterChoice]) -> EncounterPickerPage {
        EncounterPickerPage(
            action: text("action"), handle: text("handle"), csrf: text("csrf"), clientName: text("app"),
            patientName: text("patient"), encounters: choices, allowsNone: !choices.isEmpty,
            nextCursor: choices.isEmpty ? nil : text("cursor"), problem: choices.isEmpty ? .notAvailable : nil)
    }

    func encounter(_ status: String) -> EncounterChoice {
        EncounterChoice(id: text("id") + status, title: text("visit"), start: 1_793_448_000, status: status)
    }

    func consent(
        problem: ConsentPage.Problem?, isReviewed: Bool = true, isAdministration: Bool = false
    ) -> ConsentPage {
        ConsentPage(
            action: text("action"), handle: text("handle"), csrf: text("csrf"),
            client: .init(
                name: text("app"), publisherURI: text("publisher"), policyURI: text("policy"), termsURI: text("terms"),
                contacts: [text("contact"), text("contact 2")], redirectHost: text("host"),
                documentHost: text("document"), isReviewed: isReviewed),
            patient: patient(2), purpose: .emergencyTreatment, userName: text("user"),
            scopes: ScopeGroup.allCases.flatMap(choices), offline: true, offersMemory: true, problem: problem,
            isAdministration: isAdministration)
    }

    private func choices(_ group: ScopeGroup) -> [ScopeChoice] {
        let part = ScopeChoice(
            scope: text("scope") + "part\(group)", title: text("title"), group: group, isChecked: false)
        return [
            ScopeChoice(scope: text("scope") + "\(group)", title: text("title"), detail: text("detail"), group: group),
            ScopeChoice(
                scope: text("scope") + "broad\(group)", title: text("title"), group: group, isWildcard: true,
                isWriting: true, parts: [part]),
            ScopeChoice(scope: text("scope") + "must\(group)", title: text("title"), group: group, isMandatory: true),
        ]
    }

    func ownSignIn() -> SignInPage {
        SignInPage(
            action: text("action"), handle: nil, csrf: text("csrf"), clientName: nil, username: text("username"),
            problem: .wrongCredentials)
    }

    func apps(formExpired: Bool) -> AppsPage {
        AppsPage(
            action: text("action"), csrf: text("csrf"), userName: text("user"),
            apps: [app(.offline), app(.online), app(.until(1_793_448_000)), app(nil)],
            signIns: [
                .init(at: 1_793_448_000, isSuccess: true, device: text("device"), address: text("address")),
                .init(at: 1_793_448_000, isSuccess: false, device: nil, address: nil),
            ],
            earlierCursor: text("cursor"), withdrawn: text("withdrawn"), formExpired: formExpired)
    }

    private func app(_ duration: AppSummary.Duration?) -> AppSummary {
        AppSummary(
            clientID: text("client"), name: text("app"), publisherURI: text("publisher"),
            documentHost: text("document"),
            scope: ScopeSet(parsing: "openid patient/*.cruds user/Observation.rs?code=1 offline_access"),
            patients: [text("patient"), text("patient 2")], morePatients: 3, since: 1_793_448_000,
            lastUsed: duration == nil ? nil : 1_793_448_000, duration: duration, isRemembered: true)
    }

    func error() -> ErrorPage {
        ErrorPage(
            status: 400, heading: text("heading"), explanation: text("explanation"), detail: text("errorDetail"),
            code: text("code"), requestID: text("requestID"))
    }

    func signOut() -> SignOutPage {
        SignOutPage(action: text("action"), handle: text("handle"), csrf: text("csrf"), userName: text("user"))
    }
}
