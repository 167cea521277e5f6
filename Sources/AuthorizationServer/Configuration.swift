package import Crypto
package import SMART

/// Everything the server is told at its start. A value that exists is valid: `lanyard`'s configuration file makes it, and
/// nothing re-checks it later.
package struct Configuration: Sendable {
    /// The one name of this server; every published URL derives from it, never from a request (JW-09).
    package var issuer: Issuer
    /// The FHIR servers that tokens are issued for. At least one.
    package var fhirServers: [FHIRServer]
    /// The folder of the database and the admin socket, mode 0700.
    package var dataDirectory: String
    /// The folder of the signing keys.
    package var keysDirectory: String
    /// What encrypts the private keys at rest; nil keeps them as plain PKCS#8 files of mode 0600.
    package var keyPassphrase: Secret?
    /// The name that people read on the pages.
    package var organizationName: String
    package var lifetimes: Lifetimes
    package var guessing: Guessing
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
        self.organizationName = organizationName
        self.lifetimes = lifetimes
        self.guessing = guessing
        self.passwordCost = passwordCost
    }

    /// The file that holds clients, people, grants and everything else that must survive.
    package var databasePath: String { dataDirectory + "/lanyard.sqlite" }
    /// Where `lanyard`'s commands reach a running server.
    package var adminSocketPath: String { dataDirectory + "/admin.sock" }

    /// The FHIR server with that base, compared after one trailing slash is trimmed (checklist AUTHZ-7).
    func fhirServer(_ base: FHIRBaseURL) -> FHIRServer? {
        fhirServers.first { $0.base == base }
    }
}

/// A FHIR server that accepts our tokens: the `aud` of an authorization request.
package struct FHIRServer: Sendable, Equatable {
    package let base: FHIRBaseURL
    package let name: String

    package init(base: FHIRBaseURL, name: String) {
        self.base = base
        self.name = name
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
    /// Within it a repeated refresh gets the same successor (lessons R2).
    package var refreshGrace: Int64 = 30

    package init() {}
}

/// How often a secret may be guessed (PW-04, PW-06).
package struct Guessing: Sendable {
    /// Tries for one account within `window` seconds before the wait begins.
    package var perAccount = 10
    /// Tries from one address within `window` seconds; a clinic behind one address signs in through it too.
    package var perAddress = 100
    package var window: Int64 = 900

    package init() {}
}
