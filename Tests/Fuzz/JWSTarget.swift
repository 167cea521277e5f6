import Crypto
import Encoding
import JOSE

extension Target {
    /// RFC 7515 §7.1, with the key and the signature of RFC 8037 appendix A.4.
    static let jws = Target(name: "jws") { octets in
        guard let jws = try? JWS(compact: octets) else { return }
        if let claims = try? JWTClaims(jws.payload) {
            for now in [0, Int64.max] {
                try? claims.validate(now: now, issuer: claims.issuer, audience: claims.audience.first, skew: 60)
            }
        }
        guard let key = try? JWK(publishedKey).verificationKey(),
            (try? jws.verify(with: key, allowing: Algorithm.allCases)) != nil
        else { return }
        require(octets == Array(published.utf8), "nothing but what was signed has a good signature")
    }

    private static let publishedKey: JSON = [
        "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIuaaJSxSo",
    ]

    private static let published =
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
        + ".hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvnAr_MuM0KAg"
}
