import Crypto
import Encoding
import SMART
import Storage

@testable import HTTP

extension Operation {
    /// The first one is what the others are told in.
    static func all(_ database: Database, grant: Int64) throws -> [Operation] {
        try signatures() + scopes() + json() + [head(), lookUp(database, grant)]
    }

    private static func signatures() throws -> [Operation] {
        let key = try SigningKey.generate(.p256)
        let message = Array("eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2F1dGguaG9zcGl0YWwuZXhhbXBsZSJ9".utf8)
        let signature = try key.sign(message, with: .ecdsaP256SHA256)
        return [
            Operation(name: "ES256 sign") { try key.sign(message, with: .ecdsaP256SHA256).count },
            Operation(name: "ES256 verify") {
                key.publicKey.isValid(signature: signature, of: message, with: .ecdsaP256SHA256) ? 1 : 0
            },
        ]
    }

    private static func scopes() -> [Operation] {
        let text = "launch openid fhirUser offline_access patient/Patient.rs patient/Observation.rs?category=laboratory"
        let asked = ScopeSet(parsing: text)
        let ceiling = ScopeSet(parsing: "launch openid fhirUser offline_access user/*.rs user/Observation.cruds")
        return [
            Operation(name: "scope parse") { ScopeSet(parsing: text).scopes.count },
            Operation(name: "scope intersect") { asked.intersection(ceiling, reading: .role).scopes.count },
        ]
    }

    private static func json() throws -> [Operation] {
        let text = Array(
            """
            {"iss":"https://auth.hospital.example","sub":"growth-chart","aud":"https://fhir.hospital.example/r4",\
            "client_id":"growth-chart","scope":"patient/Patient.rs patient/Observation.rs","iat":1795749778,\
            "exp":1795753378,"jti":"2.mHdMyYg9GVLkQlPr31_YrA","patient":"456","need_patient_banner":true}
            """.utf8)
        let claims = try JSON(parsing: text)
        return [
            Operation(name: "JSON parse") { try JSON(parsing: text).objectValue?.members.count ?? 0 },
            Operation(name: "JSON write") { claims.serialized().count },
        ]
    }

    private static func head() -> Operation {
        let fields = [
            "POST /introspect HTTP/1.1", "Host: auth.hospital.example", "Authorization: Basic cmVjb3JkczpzZWNyZXQ=",
            "Content-Type: application/x-www-form-urlencoded", "Content-Length: 60", "Accept: application/json", "", "",
        ]
        let octets = Array(fields.joined(separator: "\r\n").utf8)
        return Operation(name: "HTTP head parse") {
            var parser = HeadParser(limits: Limits())
            return try parser.advance(octets.span)?.end ?? 0
        }
    }

    private static func lookUp(_ database: Database, _ grant: Int64) -> Operation {
        Operation(name: "SQLite look-up") {
            let end = try database.read { (transaction) throws(StorageError) in try transaction.grantEnd(grant) }
            return end == nil ? 0 : 1
        }
    }
}
