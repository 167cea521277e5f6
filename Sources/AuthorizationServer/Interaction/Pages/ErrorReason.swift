/// What can go wrong in front of a person who cannot be sent back to the app, each with words in every language.
enum ErrorReason: Sendable, CaseIterable {
    /// The link is broken: unknown app, address not registered, request malformed.
    case badRequest
    /// The page waited too long, was answered already, or belongs to another browser.
    case expired
    /// No cookie came back.
    case cookiesOff
    /// The app registered itself, and no administrator has approved it yet.
    case appWaits
    /// The person may not do this.
    case notAllowed
    case notFound
    case tooManyRequests
    /// The server's own fault.
    case serverFault
    case unavailable
    /// The FHIR server that knows the patients does not answer as it should.
    case directoryUnavailable
}
