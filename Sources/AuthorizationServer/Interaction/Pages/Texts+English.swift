import Policy

extension Texts {
    package static let english = Texts(
        language: Language(tag: "en", name: "English", direction: .leftToRight),
        common: Common(
            footer: { "Secure access to health records, provided by \($0)." },
            help: "Help", privacy: "Privacy", proceed: "Continue", cancel: "Cancel",
            problemTitle: { "Problem: \($0)" },
            opensNewTab: "opens in a new tab",
            seconds: { $0 == 1 ? "1 second" : "\($0) seconds" },
            minutes: { $0 == 1 ? "1 minute" : "\($0) minutes" }),
        signIn: SignIn(
            title: "Sign in",
            toContinue: { "to continue to \($0)" },
            toManage: "to see which apps have access, and to withdraw it",
            username: "Username", password: "Password", submit: "Sign in",
            wrongCredentials: "That username and password do not match. Check both and try again.",
            tooManyTries: { "Too many tries. Wait \($0), then try again." },
            formExpired: "This page was open for too long. Please sign in again."),
        newPassword: ChosenPassword(
            title: "Choose a new password",
            why: "Somebody else set the password that you used. Choose one that only you know.",
            password: "New password", repeated: "The new password again",
            rules: { "At least \($0) characters of any kind. A sentence of your own is good." },
            submit: "Change the password",
            different: "The two passwords are not the same. Type the new one twice.",
            same: "This is the password that has to be changed. Choose another.",
            tooShort: { "This password is too short. It needs at least \($0) characters." },
            tooLong: "This password is too long, or holds a character that cannot be used.",
            repeats: "This password repeats the same few characters. Choose another.",
            isSequence: "This password is a sequence like abcdef or a row of keys. Choose another.",
            isGuessable: "This password is made of common passwords or names, which are guessed first. Choose another."),
        patients: Patients(
            title: "Choose a patient",
            why: { "\($0) will work with the record you choose." },
            search: "Find a patient",
            searchHint: "The beginning of a name, or a record number",
            birthDate: "Date of birth",
            searchSubmit: "Search",
            legend: "Patients",
            matches: { "Patients matching “\($0)”" },
            none: "There are no patients you can choose.",
            noMatch: { "No patient matches “\($0)”. Try fewer letters or a record number." },
            more: "More patients",
            born: { "Born \($0)" },
            identifier: { "Record number \($0)" },
            genders: ["male": "Male", "female": "Female", "other": "Other", "unknown": "Sex unknown"],
            notChosen: "Choose a patient to continue.",
            notAvailable: "That record cannot be chosen. Please choose another."),
        encounters: Encounters(
            title: "Choose a visit",
            why: { "\($0) will open with the visit you choose." },
            legend: { "Visits of \($0)" },
            none: "No visits are recorded.",
            withoutVisit: "Continue without a visit", more: "Earlier visits",
            statuses: [
                "planned": "Planned", "arrived": "Arrived", "triaged": "Triaged", "in-progress": "In progress",
                "onleave": "On leave", "on-hold": "On hold", "finished": "Finished", "discharged": "Discharged",
                "completed": "Completed", "cancelled": "Cancelled", "discontinued": "Discontinued",
                "entered-in-error": "Entered in error", "unknown": "Status unknown",
            ],
            notChosen: "Choose a visit to continue.",
            notAvailable: "That visit cannot be chosen. Please choose another."),
        consent: Consent(
            title: "Allow access",
            heading: { "Allow \($0) to use health data?" },
            app: "App", publisher: "Published by", returnsTo: "Sends you back to", comesFrom: "Comes from",
            record: "Whose record", purpose: "For what, as the app says",
            purposes: [
                .treatment: "Treatment", .emergencyTreatment: "Emergency treatment",
                .breakTheGlass: "Emergency access", .careManagement: "Care management",
                .clinicalTrial: "Clinical trial", .coverage: "Coverage by a health plan",
                .directTreatment: "Direct treatment", .disasterRelief: "Disaster relief",
                .familyRequested: "At the family’s request", .patientRequested: "At the patient’s request",
                .powerOfAttorney: "Power of attorney", .support: "Support network",
                .payment: "Payment for care", .claims: "Evidence for a claim",
                .operations: "Running the health service", .quality: "Improving quality",
                .systemAdministration: "System administration", .marketing: "Marketing", .research: "Research",
                .publicHealth: "Public health", .legal: "Legal matters",
            ],
            signedInAs: "You are signed in as",
            unreviewed: {
                "This app registered itself: \($0) has not reviewed it. Go on only if you know who is behind it."
            },
            unknownPublisher: "Not stated",
            about: "What the app says of itself", policy: "Privacy policy", terms: "Terms of use", contact: "Contact",
            chooseWhat: "Choose what the app may do. Clear a box to leave something out.",
            groups: [
                .patientRecord: "In this patient’s record",
                .userRecords: "In every record that you can open",
                .systemRecords: "In all records of this system",
                .administration: "In the administration of this server",
                .identity: "About you",
                .context: "What you are working on",
                .continuedAccess: "How long access lasts",
                .other: "Other",
            ],
            wildcardWarning: "This is broad: it also covers kinds of data added later.",
            writeWarning: "Changes data",
            offlineNotice: "The app asks to keep its access when you are not using it, until you withdraw it.",
            needed: "Needed for this app to work",
            parts: "Choose only some kinds",
            partsHint: "Clear the box above, then choose the kinds to share.",
            nothingAsked: "The app asks for no data.",
            remember: "Don’t ask me again",
            rememberHint: "As long as this app asks for the same record and for nothing more.",
            trust: { "Allow this only if you trust \($0). Once it has the data, its own privacy policy applies." },
            allow: "Allow", deny: "Don’t allow",
            nothingChosen: "Nothing is chosen. Choose at least one item, or select “Don’t allow”.",
            formExpired: "This page was open for too long. Please check your choice again.",
            administration: .init(
                heading: { "Allow \($0) to administer this server?" },
                writeWarning: "Makes changes",
                trust: {
                    "Allow this only if you trust \($0). It acts for you, and what it does is recorded as yours."
                },
                footer: { "Administration of access, provided by \($0)." })),
        emergency: Emergency(
            title: "Emergency access",
            heading: { "Open the record of \($0) in an emergency?" },
            warning: """
                This opens what you are otherwise not allowed to see. It is recorded under your name, and somebody will ask \
                you about it.
                """,
            lasts: "Access ends after",
            reason: "Why do you need this record now?",
            reasonHint: "In a sentence or two. Whoever reviews the access reads it.",
            reasonNeeded: "Write down the reason in at least 10 and at most 500 visible characters.",
            open: "Open the record"),
        formPost: FormPost(
            title: "Back to the app", explanation: "One more step: press the button to go on to the app."),
        apps: Apps(
            title: "Apps with access to health data",
            signedInAs: { "You are signed in as \($0)." },
            none: "No app has access through you.",
            publisher: "Published by", records: "Whose records",
            moreRecords: { $0 == 1 ? "and 1 more" : "and \($0) more" },
            since: "Access since", lastUsed: "Last used", notUsed: "Not yet",
            access: "Access lasts",
            offline: "Until you withdraw it, also when you are not using the app",
            online: "While you are signed in here",
            until: { "Until \($0)" },
            remembered: "You are not asked again when this app asks for the same.",
            withdraw: "Withdraw access", ofApp: { "of \($0)" },
            withdrawn: { "\($0) has no access any more." },
            formExpired: "This page was open for too long. Please try again.",
            history: "Your sign-ins",
            historyHint: "If one of them was not you, change your password or tell the help desk.",
            success: "Signed in", failure: "Wrong password",
            unknownDevice: "Unknown device", earlier: "Earlier sign-ins", noSignIns: "There are no earlier sign-ins."),
        signOut: SignOut(
            confirmTitle: "Sign out?",
            confirmQuestion: { "You are signed in as \($0). Apps that work only while you are signed in will stop." },
            confirm: "Sign out", stay: "Stay signed in",
            title: "You are signed out",
            explanation: { "Your session with \($0) has ended on this device." },
            closeWindow: "If you share this device, close the browser window as well.",
            returnTo: { "Return to \($0)" }, stayedTitle: "You are still signed in",
            stayedExplanation: { "Your session with \($0) goes on. You can close this page." }),
        errors: [
            .badRequest: ErrorText(
                heading: "This link does not work",
                explanation: "The app sent a request that cannot be answered. Go back to the app and try again."),
            .expired: ErrorText(
                heading: "This page has expired",
                explanation: "It was open for too long or was already used. Go back to the app and start again."),
            .cookiesOff: ErrorText(
                heading: "Cookies are needed",
                explanation: "Your browser did not send a cookie this page needs. Allow cookies, then start again."),
            .appWaits: ErrorText(
                heading: "This app has not been approved yet",
                explanation: "Nobody can use it until an administrator has looked at it. Please try again later."),
            .notAllowed: ErrorText(
                heading: "You do not have access",
                explanation: "Your account may not do this. Ask your administrator if you think it should."),
            .notFound: ErrorText(
                heading: "Page not found", explanation: "There is nothing at this address."),
            .tooManyRequests: ErrorText(
                heading: "Too many requests", explanation: "Please wait a little, then try again."),
            .serverFault: ErrorText(
                heading: "Something went wrong",
                explanation: "The fault is on our side. Try again; if it stays, tell the help desk the reference below."
            ),
            .unavailable: ErrorText(
                heading: "Not available right now", explanation: "Please try again in a few minutes."),
            .directoryUnavailable: ErrorText(
                heading: "The patient records cannot be reached",
                explanation: "The system that holds them did not answer. Nothing is lost: try again in a moment."),
        ],
        errorDetails: ErrorDetails(
            code: "Code", reference: "Reference", forDevelopers: "For the app’s developer", retry: "Try again"),
        scopes: ScopeWords.english,
        dates: Dates(
            months: [
                "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                "November", "December",
            ],
            day: { "\($0) \($1) \($2)" }, month: { "\($0) \($1)" }, time: { "\($0), \($1) UTC" }))
}

extension Texts.ScopeWords {
    /// Resource names begin in lower case because they also stand inside a sentence.
    fileprivate static let english = Texts.ScopeWords(
        create: "add", read: "see", update: "change", delete: "delete", search: "search",
        conjunction: { Texts.joined($0, last: " and ") },
        anyType: "all kinds of data, and kinds of data added later",
        otherType: { "data of the kind “\($0)”" },
        only: { "Only entries with \($0)." },
        subResources: [
            .encounterDiagnosis: "diagnoses made at visits", .problemList: "problem list",
            .healthConcern: "health concerns", .laboratory: "laboratory results",
            .socialHistory: "social history (such as smoking)", .vitalSigns: "vital signs",
            .survey: "answers to questionnaires and assessments", .socialDeterminants: "living conditions",
            .clinicalTest: "results of clinical tests",
        ],
        resources: englishResources, administration: englishAdministration,
        openid: .init(title: "Know that it is you", detail: "The app learns an identifier of your account."),
        fhirUser: .init(title: "Know your own entry", detail: "The app learns who you are in the health record."),
        profile: .init(title: "Know your name", detail: "The app learns the name of your account."),
        launch: .init(title: "Know what is open", detail: "The app learns which record was open when it started."),
        launchPatient: .init(
            title: "Know which patient is chosen", detail: "The app learns whose record it works with."),
        launchEncounter: .init(
            title: "Know which visit is chosen", detail: "The app learns which visit it works with."),
        launchContext: {
            .init(title: "Know the chosen entry: \($0)", detail: "The app learns which one you choose.")
        },
        onlineAccess: .init(
            title: "Keep access while you are signed in", detail: "Access ends when you sign out here."),
        offlineAccess: .init(
            title: "Keep access when you are not using the app",
            detail: "The app can use this data at any time, without asking again, until you withdraw it."),
        unknown: { .init(title: "Special permission “\($0)”", detail: "This server has no description of it.") })

    private static let englishAdministration = [
        "Client": "registered apps", "RolePolicy": "role policies", "RoleAssignment": "role assignments",
        "AuditEvent": "audit log", "Token": "tokens", "Launch": "app launches", "User": "user accounts",
        "Key": "signing keys", "Grant": "access given to apps", "Session": "sessions", "Consent": "consents",
        "FHIRServer": "FHIR servers", "Patient": "patient directory", "Settings": "settings",
        "Refusal": "refused requests",
    ]

    private static let englishResources = [
        "Account": "billing accounts", "AdverseEvent": "adverse events", "AllergyIntolerance": "allergies",
        "Appointment": "appointments", "AppointmentResponse": "replies to appointments",
        "AuditEvent": "access log", "Basic": "other entries", "Binary": "files", "BodyStructure": "body sites",
        "Bundle": "collections of entries", "CarePlan": "care plans", "CareTeam": "care team",
        "ChargeItem": "charges", "Claim": "insurance claims", "ClaimResponse": "answers to insurance claims",
        "ClinicalImpression": "clinical assessments", "CodeSystem": "code lists", "Communication": "messages",
        "CommunicationRequest": "requests to send messages", "Composition": "clinical summaries",
        "ConceptMap": "code translations", "Condition": "conditions and diagnoses", "Consent": "consents",
        "Contract": "contracts", "Coverage": "insurance coverage",
        "CoverageEligibilityRequest": "coverage questions", "CoverageEligibilityResponse": "coverage answers",
        "DetectedIssue": "safety alerts", "Device": "medical devices and implants",
        "DeviceMetric": "device measurements", "DeviceRequest": "device orders",
        "DeviceUseStatement": "use of devices", "DiagnosticReport": "diagnostic reports",
        "DocumentManifest": "document sets", "DocumentReference": "clinical notes and documents",
        "Encounter": "visits and hospital stays", "Endpoint": "technical addresses",
        "EnrollmentRequest": "insurance enrolments", "EpisodeOfCare": "episodes of care",
        "ExplanationOfBenefit": "insurance statements", "FamilyMemberHistory": "family history", "Flag": "warnings",
        "Goal": "health goals", "Group": "groups of people", "GuidanceResponse": "decision support",
        "HealthcareService": "health services", "ImagingStudy": "imaging studies", "Immunization": "immunizations",
        "ImmunizationEvaluation": "immunization checks",
        "ImmunizationRecommendation": "immunization recommendations", "InsurancePlan": "insurance plans",
        "Invoice": "invoices", "Library": "knowledge libraries", "Linkage": "linked entries", "List": "lists",
        "Location": "locations", "Measure": "quality measures", "MeasureReport": "quality reports",
        "Media": "photos and recordings", "Medication": "medicines", "MedicationAdministration": "medicines given",
        "MedicationDispense": "medicines dispensed", "MedicationKnowledge": "facts about medicines",
        "MedicationRequest": "prescriptions", "MedicationStatement": "medicines taken",
        "MessageHeader": "message headers", "MolecularSequence": "genetic sequences",
        "NutritionOrder": "diet orders", "Observation": "results, measurements and observations",
        "OperationOutcome": "outcomes of operations", "Organization": "organizations",
        "OrganizationAffiliation": "ties between organizations", "Parameters": "parameters",
        "Patient": "patient details (name, birth date, contact)", "PaymentNotice": "payment notices",
        "PaymentReconciliation": "payments", "Person": "persons", "PlanDefinition": "care protocols",
        "Practitioner": "health professionals", "PractitionerRole": "roles of health professionals",
        "Procedure": "procedures", "Provenance": "origin of entries", "Questionnaire": "questionnaires",
        "QuestionnaireResponse": "answers to questionnaires", "RelatedPerson": "relatives and caregivers",
        "RequestGroup": "groups of orders", "ResearchStudy": "research studies",
        "ResearchSubject": "research participants", "RiskAssessment": "risk assessments", "Schedule": "schedules",
        "ServiceRequest": "orders and referrals", "Slot": "free appointments", "Specimen": "specimens",
        "StructureDefinition": "data definitions", "Subscription": "notifications", "Substance": "substances",
        "SupplyDelivery": "supplies delivered", "SupplyRequest": "supply orders", "Task": "tasks",
        "ValueSet": "value sets", "VisionPrescription": "glasses and contact lens prescriptions",
    ]
}
