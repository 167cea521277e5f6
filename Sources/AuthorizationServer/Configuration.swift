package import Crypto
package import HTTP
package import Policy
package import SMART

/// Everything the server is told at its start. A value that exists is valid: `lanyard`'s configuration file makes it, and
/// nothing re-checks it later.
package struct Configuration: Sendable {
    /// The one name of this server; every published URL derives from it, never from a request (JW-09).
    package var issuer: Issuer
    /// The FHIR servers that tokens are issued for, beside those that administrators register (`FHIRServerBook`).
    package var fhirServers: [FHIRServer]
    /// The folder of the database and the admin socket, mode 0700.
    package var dataDirectory: String
    /// The folder of the signing keys.
    package var keysDirectory: String
    /// What encrypts the private keys at rest; nil keeps them as plain PKCS#8 files of mode 0600.
    package var keyPassphrase: Secret?
    /// What encrypted them before, and may still open some (lessons K3).
    package var previousKeyPassphrases: [Secret] = []
    /// Asks anew what encrypts them now, in a place that may say something else by now; nil: nobody says.
    package var readKeyPassphrases: (@Sendable () throws -> KeyPassphrases)?
    /// The length of new RSA keys.
    package var rsaKeyBits = 2048
    /// SP 800-131A: 2048 and more.
    package static let rsaKeySizes = [2048, 3072, 4096]
    /// After how many days another key signs; 0: when an administrator says so.
    package var keyRotationDays: Int64 = 90
    /// What makes the pages the organization's own: name, colours, logo, where people find help.
    package var branding: Branding
    /// What the pages speak to those whose app and browser ask for no language that there is.
    package var language: Texts = .english
    package var lifetimes: Lifetimes
    /// At the start (`AuthorizationServer.guessing`).
    package var guessing: Guessing
    /// What EHR launches tell apps to look like; nil is the look of this server's own pages.
    package var smartStyle: SMARTStyle?
    /// Origins of EHRs that may show the pages in a frame (checklist AUTHZ-37); none by default.
    package var frameAncestors: [String] = []
    /// Networks that are called beside the public ones, where clients have addresses of their own there.
    package var outboundNetworks: [IPNetwork] = []
    /// Who may register clients beside the administrators; nobody by default.
    package var registration = RegistrationPolicy()
    /// Who is told at once, with a Security Event Token, when somebody breaks the glass; nil: nobody.
    package var eventReceiver: WebURL?
    /// How long audit records are kept, and how often they are signed.
    package var audit = AuditSettings()
    /// Whether the administration answers to who brings a token, so that programs are told how to get one (RFC 9728).
    package var offersAdministration = false
    /// Whether gateways may ask about requests; nil: no.
    package var forwardAuth: ForwardAuth?
    /// The role policies that the server brings into its database at its start.
    package var policies: [PolicyFile] = []
    /// The role that somebody of each kind is given when they are added and no other is named. Staff get none: what they may do
    /// is for an administrator to say.
    package var defaultRoles: [Holder: RoleName] = [:]
    /// Whether the start is refused where there is no policy of one of them: somebody has asked for them.
    package var requiresDefaultRoles = false
    /// Whose certificates are believed in calls to others.
    package var outboundTrust = TLSTrust()
    /// What a password hash costs; lower only in tests.
    package var passwordCost: PasswordHash.Cost

    package init(
        issuer: Issuer, fhirServers: [FHIRServer], dataDirectory: String, keysDirectory: String,
        keyPassphrase: Secret? = nil, organizationName: String = "Lanyard", lifetimes: Lifetimes = Lifetimes(),
        guessing: Guessing = Guessing(), passwordCost: PasswordHash.Cost = .recommended
    ) {
        self.issuer = issuer
        self.fhirServers = fhirServers
        self.dataDirectory = dataDirectory
        self.keysDirectory = keysDirectory
        self.keyPassphrase = keyPassphrase
        branding = Branding(name: organizationName)
        self.lifetimes = lifetimes
        self.guessing = guessing
        self.passwordCost = passwordCost
    }

    /// The file that holds clients, people, grants and everything else that must survive.
    package var databasePath: String { dataDirectory + "/lanyard.sqlite" }
    /// Where `lanyard`'s commands reach a running server.
    package var adminSocketPath: String { dataDirectory + "/admin.sock" }

    /// What calls the addresses that clients register. A server for development calls its own machine too.
    var outbound: OutboundClient { outbound(longestBody: 65_536) }

    /// The same for answers of that length.
    func outbound(longestBody: Int) -> OutboundClient {
        let own = issuer.isHTTPS ? [] : OutboundAddresses.loopback
        return OutboundClient(
            timeoutSeconds: 5, longestBody: longestBody,
            addresses: OutboundAddresses(permitted: outboundNetworks + own),
            trust: outboundTrust)
    }
}

/// A policy file as it was read.
package struct PolicyFile: Sendable, Equatable {
    /// For messages.
    package let name: String
    package let content: [UInt8]

    package init(name: String, content: [UInt8]) {
        self.name = name
        self.content = content
    }
}

/// How long things live, in seconds.
package struct Lifetimes: Sendable {
    /// At most an hour (JW-03).
    package var accessToken: Int64 = 3600
    /// RFC 6749 §4.1.2 allows ten minutes; AZ-24 wants one.
    package var authorizationCode: Int64 = 60
    /// JW-05.
    package var launch: Int64 = 300
    /// From the authorization request to the decision.
    package var interaction: Int64 = 1800
    /// SE-04.
    package var sessionIdle: Int64 = 1800
    /// SE-04.
    package var sessionAbsolute: Int64 = 12 * 3600
    /// Renewed at each use; ONC wants at least three months (REF-11).
    package var refreshToken: Int64 = 120 * 86_400
    /// Of who broke the glass.
    var emergencyAccessToken: Int64 { min(900, accessToken) }
    /// Within it a repeated refresh gets the same successor (lessons R2).
    package var refreshGrace: Int64 = 30
    /// How long a person who asked for it is not asked again (AZ-20); 0: everybody is asked each time.
    package var consent: Int64 = 90 * 86_400

    package init() {}
}

/// How often a secret may be guessed (PW-04, PW-06).
package struct Guessing: Sendable {
    /// Tries for one account within `window` seconds before the wait begins.
    package var perAccount = 10
    /// Tries from one address within `window` seconds; a clinic behind one address signs in through it too.
    package var perAddress = 100
    package var window: Int64 = 900
    /// Failures in a row, over any time, after which an account waits for an administrator: SP 800-63B-4 §3.2.2 allows 100.
    package var consecutive = 100
    /// The same for addresses that the person has never signed in from. They get half, so that the other half is left.
    package var consecutiveFromElsewhere: Int { consecutive / 2 }

    package init() {}
}
