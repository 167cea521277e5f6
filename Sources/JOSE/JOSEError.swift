package import Crypto

/// Why a key, a signature or a set of claims was not accepted. For the log; callers over the network get one text for all.
package enum JOSEError: Error, Equatable {
    case malformed(String)
    case notAllowed(String)
    case keyMismatch(String)
    case badSignature
    case expired, notYetValid
    case wrongIssuer, wrongAudience
    case missing(String)
    case crypto(CryptoError)
}
