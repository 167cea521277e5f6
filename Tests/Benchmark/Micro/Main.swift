import Crypto
import Storage

/// Prints each operation with its nanoseconds, a line each.
@main
enum Micro {
    static func main() async throws {
        let database = try Database(path: ":memory:", options: DatabaseOptions(sha256: { Digest.sha256($0) }))
        let grant = try await database.write { transaction in
            try transaction.insertGrant(
                userID: nil, clientID: "growth-chart", audience: "https://fhir.hospital.example/r4",
                scope: "system/Patient.rs", context: "{}", sessionID: nil, nonce: nil, authTime: nil, refresh: .none,
                now: 1_795_749_778, expiresAt: 1_795_753_378)
        }
        for operation in try Operation.all(database, grant: grant) {
            print("\(operation.name)\t\(try operation.nanoseconds())")
        }
        database.close()
    }
}
