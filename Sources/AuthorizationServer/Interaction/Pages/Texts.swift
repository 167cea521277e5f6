import Policy

/// Every word a person reads, in one language. A new language is one file `Texts+Language.swift` and its line in `all`.
///
/// A text that names something is a closure over `HTML`, so that what it names stays isolated and escaped. A class, so that
/// handing it on costs one reference instead of 2.7 kB in everything that has a language.
package final class Texts: Sendable {
    typealias Naming = @Sendable (HTML) -> HTML

    package static let all: [Texts] = [.english, .spanish]

    /// BCP 47, as the setting names it.
    package var tag: String { language.tag }

    let language: Language
    let common: Common
    let signIn: SignIn
    let newPassword: ChosenPassword
    let patients: Patients
    let encounters: Encounters
    let consent: Consent
    let emergency: Emergency
    let formPost: FormPost
    let apps: Apps
    let signOut: SignOut
    let errors: [ErrorReason: ErrorText]
    let errorDetails: ErrorDetails
    let scopes: ScopeWords
    let dates: Dates

    init(
        language: Language, common: Common, signIn: SignIn, newPassword: ChosenPassword, patients: Patients,
        encounters: Encounters, consent: Consent, emergency: Emergency, formPost: FormPost, apps: Apps,
        signOut: SignOut, errors: [ErrorReason: ErrorText], errorDetails: ErrorDetails, scopes: ScopeWords, dates: Dates
    ) {
        self.language = language
        self.common = common
        self.signIn = signIn
        self.newPassword = newPassword
        self.patients = patients
        self.encounters = encounters
        self.consent = consent
        self.emergency = emergency
        self.formPost = formPost
        self.apps = apps
        self.signOut = signOut
        self.errors = errors
        self.errorDetails = errorDetails
        self.scopes = scopes
        self.dates = dates
    }

    package struct Language: Sendable, Equatable {
        enum Direction: String, Sendable {
            case leftToRight = "ltr"
            case rightToLeft = "rtl"
        }

        /// BCP 47, without a region.
        package let tag: String
        /// In the language itself.
        package let name: String
        let direction: Direction
    }

    struct Common: Sendable {
        let footer: Naming
        let help: String
        let privacy: String
        let proceed: String
        let cancel: String
        /// Before the title of a page that reports a problem, which is what a screen reader says first.
        let problemTitle: @Sendable (String) -> String
        let opensNewTab: String
        let seconds: @Sendable (Int64) -> String
        let minutes: @Sendable (Int64) -> String
    }

    struct SignIn: Sendable {
        let title: String
        let toContinue: Naming
        /// Where no app waits: the person's own page.
        let toManage: String
        let username: String
        let password: String
        let submit: String
        /// One text for an unknown name, a wrong password and a disabled account: which it was is nobody's business.
        let wrongCredentials: String
        let tooManyTries: @Sendable (String) -> String
        let formExpired: String
    }

    /// Where somebody chooses a new password.
    struct ChosenPassword: Sendable {
        let title: String
        let why: String
        let password: String
        let repeated: String
        let rules: @Sendable (Int) -> String
        let submit: String
        let different: String
        let same: String
        let tooShort: @Sendable (Int) -> String
        let tooLong: String
        let repeats: String
        let isSequence: String
        let isGuessable: String
    }

    struct Patients: Sendable {
        let title: String
        let why: Naming
        let search: String
        let searchHint: String
        let birthDate: String
        let searchSubmit: String
        let legend: String
        let matches: Naming
        let none: String
        let noMatch: Naming
        let more: String
        let born: @Sendable (String) -> String
        let identifier: @Sendable (HTML) -> HTML
        let genders: [String: String]
        let notChosen: String
        let notAvailable: String
    }

    struct Encounters: Sendable {
        let title: String
        let why: Naming
        let legend: Naming
        let none: String
        let withoutVisit: String
        let more: String
        let statuses: [String: String]
        let notChosen: String
        let notAvailable: String
    }

    struct Consent: Sendable {
        let title: String
        let heading: Naming
        let app: String
        let publisher: String
        let returnsTo: String
        /// Of an app whose id is the address of a document, before the host of it.
        let comesFrom: String
        let record: String
        let purpose: String
        let purposes: [PurposeOfUse: String]
        let signedInAs: String
        /// Of an app that registered itself, by the organization's name.
        let unreviewed: Naming
        let unknownPublisher: String
        let about: String
        let policy: String
        let terms: String
        let contact: String
        let chooseWhat: String
        let groups: [ScopeGroup: String]
        let wildcardWarning: String
        let writeWarning: String
        let offlineNotice: String
        let needed: String
        let parts: String
        let partsHint: String
        let nothingAsked: String
        let remember: String
        let rememberHint: String
        let trust: Naming
        let allow: String
        let deny: String
        let nothingChosen: String
        let formExpired: String
        let administration: Administration

        /// Where an app is to administer this server: what it would do there is no matter of health data.
        struct Administration: Sendable {
            let heading: Naming
            let writeWarning: String
            let trust: Naming
            let footer: Naming
        }

        func writeWarning(_ group: ScopeGroup) -> String {
            group == .administration ? administration.writeWarning : writeWarning
        }
    }

    /// Where somebody breaks the glass.
    struct Emergency: Sendable {
        let title: String
        let heading: Naming
        let warning: String
        let lasts: String
        let reason: String
        let reasonHint: String
        let reasonNeeded: String
        let open: String
    }

    /// The person's own page of what apps may do.
    struct Apps: Sendable {
        let title: String
        let signedInAs: Naming
        let none: String
        let publisher: String
        let records: String
        let moreRecords: @Sendable (Int) -> String
        let since: String
        let lastUsed: String
        let notUsed: String
        let access: String
        let offline: String
        let online: String
        let until: @Sendable (String) -> String
        let remembered: String
        let withdraw: String
        /// Said after `withdraw` to those who do not see which app the button stands with.
        let ofApp: Naming
        let withdrawn: Naming
        let formExpired: String
        let history: String
        let historyHint: String
        let success: String
        let failure: String
        let unknownDevice: String
        let earlier: String
        let noSignIns: String
    }

    struct SignOut: Sendable {
        let confirmTitle: String
        let confirmQuestion: Naming
        let confirm: String
        let stay: String
        let title: String
        let explanation: Naming
        let closeWindow: String
        let returnTo: Naming
        let stayedTitle: String
        let stayedExplanation: Naming
    }

    /// On the way back to the app, where a browser runs no script.
    struct FormPost: Sendable {
        let title: String
        let explanation: String
    }

    struct ErrorText: Sendable {
        let heading: String
        let explanation: String
    }

    struct ErrorDetails: Sendable {
        let code: String
        let reference: String
        let forDevelopers: String
        let retry: String
    }

    struct Dates: Sendable {
        let months: [String]
        let day: @Sendable (_ day: Int, _ month: String, _ year: String) -> String
        let month: @Sendable (_ month: String, _ year: String) -> String
        let time: @Sendable (_ date: String, _ clock: String) -> String
    }

    struct ScopeWords: Sendable {
        let create: String
        let read: String
        let update: String
        let delete: String
        let search: String
        let conjunction: @Sendable ([String]) -> String
        let anyType: String
        let otherType: @Sendable (String) -> String
        let only: @Sendable (String) -> String
        let subResources: [SubResource: String]
        let resources: [String: String]
        let administration: [String: String]
        let openid: Phrase
        let fhirUser: Phrase
        let profile: Phrase
        let launch: Phrase
        let launchPatient: Phrase
        let launchEncounter: Phrase
        let launchContext: @Sendable (String) -> Phrase
        let onlineAccess: Phrase
        let offlineAccess: Phrase
        let unknown: @Sendable (String) -> Phrase

        func name(of resourceType: String) -> String { resources[resourceType] ?? otherType(resourceType) }
    }

    /// What is asked in a few words, and what it means in a sentence.
    struct Phrase: Sendable, Equatable {
        let title: String
        let detail: String
    }

    /// "a, b and c", for languages that write lists this way.
    static func joined(_ words: [String], last separator: String) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + separator + last
    }
}
