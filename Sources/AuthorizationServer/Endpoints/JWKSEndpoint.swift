import HTTP

/// `GET /jwks` (RFC 7517 §5): the public halves of the ring of now, prepared when the ring was made (lessons K2).
struct JWKSEndpoint: ImmediateEndpoint {
    let keys: KeyStore

    func respond(to request: Request) -> Response { keys.ring.document.respond(to: request) }
}
