import Testing

@testable import Storage

@Suite struct `AZ-24 a secret is used once, in time, by its owner` {
    let database: Database
    let right: SecretHash
    let wrong: SecretHash

    init() throws {
        database = try Database(path: ":memory:")
        right = try hash(1)
        wrong = try hash(2)
    }

    @Test func `an interaction gives back what was kept, once`() async throws {
        let (right, wrong) = (right, wrong)
        let browser = try hash(3)
        let id = try await database.write {
            try $0.insertInteraction(
                secretHash: right, browserHash: browser, sessionID: nil, clientID: "app", state: "{}", now: 10,
                expiresAt: 100)
        }
        #expect(try await database.write { try $0.updateInteraction(id: id, state: "[1]", sessionID: 4, now: 20) })
        #expect(try await database.write { try $0.claimInteraction(id: id, hash: wrong, now: 30) } == nil)
        #expect(try await database.write { try $0.claimInteraction(id: id + 1, hash: right, now: 30) } == nil)
        #expect(try await database.write { try $0.claimInteraction(id: id, hash: right, now: 100) } == nil)
        let claimed = try await database.write { try $0.claimInteraction(id: id, hash: right, now: 30) }
        #expect(
            claimed
                == StoredInteraction(
                    id: id, secretHash: right, browserHash: browser, sessionID: 4, clientID: "app", state: "[1]",
                    createdAt: 10, expiresAt: 100, usedAt: 30))
        #expect(try await database.write { try $0.claimInteraction(id: id, hash: right, now: 30) } == nil)
        #expect(try await !database.write { try $0.updateInteraction(id: id, state: "", sessionID: nil, now: 31) })
        #expect(
            try database.read { (transaction) throws(StorageError) in try transaction.interaction(id) } == claimed)
    }

    @Test func `an expired interaction keeps nothing any more`() async throws {
        let right = right
        let id = try await database.write {
            try $0.insertInteraction(
                secretHash: right, browserHash: right, sessionID: nil, clientID: "app", state: "{}", now: 10,
                expiresAt: 100)
        }
        #expect(try await !database.write { try $0.updateInteraction(id: id, state: "", sessionID: nil, now: 100) })
    }

    @Test func `a launch is for one app, once`() async throws {
        let (right, wrong) = (right, wrong)
        let user = try await database.user()
        let id = try await database.write {
            try $0.insertLaunch(
                secretHash: right, clientID: "app", userID: user, audience: "https://fhir",
                context: #"{"patient":"1"}"#,
                now: 10, expiresAt: 100)
        }
        func claim(_ hash: SecretHash, _ client: String, _ now: Int64) async throws -> StoredLaunch? {
            try await database.write { try $0.claimLaunch(id: id, hash: hash, clientID: client, now: now) }
        }
        #expect(try await claim(wrong, "app", 20) == nil)
        #expect(try await claim(right, "other", 20) == nil)
        #expect(try await claim(right, "app", 100) == nil)
        let expected = StoredLaunch(
            id: id, secretHash: right, clientID: "app", userID: user, audience: "https://fhir",
            context: #"{"patient":"1"}"#, createdAt: 10, expiresAt: 100, usedAt: 99)
        #expect(try await claim(right, "app", 99) == expected)
        #expect(try await claim(right, "app", 99) == nil)
        #expect(try database.read { (transaction) throws(StorageError) in try transaction.launch(id) } == expected)
    }

    @Test func `a code is claimed, then recognised, even after its time`() async throws {
        let (right, wrong) = (right, wrong)
        let grant = try await database.grant()
        let id = try await database.write {
            try $0.insertCode(
                secretHash: right, grantID: grant, clientID: "app", redirectURI: "https://app/cb", codeChallenge: "cc",
                now: 1000, expiresAt: 1060)
        }
        func claim(_ hash: SecretHash, _ now: Int64) async throws -> CodeClaim {
            try await database.write { try $0.claimCode(id: id, hash: hash, now: now) }
        }
        let used = StoredCode(
            id: id, secretHash: right, grantID: grant, clientID: "app", redirectURI: "https://app/cb",
            codeChallenge: "cc", createdAt: 1000, expiresAt: 1060, usedAt: 1059)
        #expect(try await claim(wrong, 1010) == .none)
        #expect(try await claim(right, 1060) == .none)
        #expect(try await claim(right, 1059) == .claimed(used))
        #expect(try await claim(right, 1059) == .alreadyUsed(used))
        #expect(try await claim(right, 9999) == .alreadyUsed(used))
        #expect(try await claim(wrong, 1059) == .none)
    }

    @Test func `a refresh token is claimed, then recognised, and keeps its successor`() async throws {
        let (right, wrong) = (right, wrong)
        let grant = try await database.grant()
        let id = try await database.write {
            try $0.insertRefreshToken(secretHash: right, grantID: grant, generation: 3, now: 1000, expiresAt: 4000)
        }
        func claim(_ hash: SecretHash, _ now: Int64) async throws -> RefreshClaim {
            try await database.write { try $0.claimRefreshToken(id: id, hash: hash, now: now) }
        }
        func token(_ successor: [UInt8]?) -> StoredRefreshToken {
            StoredRefreshToken(
                id: id, secretHash: right, grantID: grant, generation: 3, createdAt: 1000, expiresAt: 4000,
                usedAt: 3999, successor: successor)
        }
        #expect(try await !database.write { try $0.setSuccessor(id: id, sealed: [1]) })
        #expect(try await claim(wrong, 2000) == .none)
        #expect(try await claim(right, 4000) == .none)
        #expect(try await claim(right, 3999) == .claimed(token(nil)))
        #expect(try await database.write { try $0.setSuccessor(id: id, sealed: [9, 8, 7]) })
        #expect(try await claim(right, 3999) == .alreadyUsed(token([9, 8, 7])))
        #expect(try await claim(wrong, 3999) == .none)
    }

    @Test(arguments: [true, false])
    func `nothing is claimed from a grant that is revoked or over`(isRevoked: Bool) async throws {
        let right = right
        let grant = try await database.grant(expiresAt: isRevoked ? 5000 : 1500)
        let (code, token) = try await database.write {
            (
                try $0.insertCode(
                    secretHash: right, grantID: grant, clientID: "app", redirectURI: "r", codeChallenge: "c", now: 1000,
                    expiresAt: 3000),
                try $0.insertRefreshToken(secretHash: right, grantID: grant, generation: 0, now: 1000, expiresAt: 3000)
            )
        }
        if isRevoked { #expect(try await database.write { try $0.revokeGrant(grant, reason: "test", now: 1500) }) }
        #expect(try await database.write { try $0.claimCode(id: code, hash: right, now: 1600) } == .none)
        #expect(try await database.write { try $0.claimRefreshToken(id: token, hash: right, now: 1600) } == .none)
    }

    @Test func `TK-17: an assertion is accepted once, for each client by itself, and never when it has expired`()
        async throws
    {
        func claim(_ client: String, _ jti: String, _ now: Int64) async throws -> Bool {
            try await database.write { try $0.claimAssertion(clientID: client, jwtID: jti, expiresAt: 100, now: now) }
        }
        #expect(try await claim("a", "1", 10))
        #expect(try await !claim("a", "1", 10))
        #expect(try await !claim("a", "1", 99))
        #expect(try await claim("b", "1", 10))
        #expect(try await claim("a", "2", 99))
        // Who was let in just before its end and comes to the claim just after.
        for jti in ["1", "2", "3"] { #expect(try await !claim("a", jti, 100)) }
        // A sweep whose clock is ahead of a claim's takes nothing away from under it.
        _ = try await database.sweep(now: 100 + 3599)
        #expect(try await !claim("a", "1", 99))
    }
}

@Suite struct `AZ-28 one store per kind of secret` {
    enum Kind: UInt8, CaseIterable { case interaction = 1, launch, code, refreshToken }

    @Test(arguments: Kind.allCases, Kind.allCases)
    func `a secret of one kind is not accepted as another`(secret: Kind, store: Kind) async throws {
        let database = try Database(path: ":memory:")
        let hashes = try Kind.allCases.map { try hash($0.rawValue) }
        // One of each, all with the number 1.
        try await database.write {
            let grant = try $0.insertGrant()
            _ = try $0.insertInteraction(
                secretHash: hashes[0], browserHash: hashes[0], sessionID: nil, clientID: "app", state: "", now: 1000,
                expiresAt: 3000)
            _ = try $0.insertLaunch(
                secretHash: hashes[1], clientID: "app", userID: nil, audience: "", context: "", now: 1000,
                expiresAt: 3000)
            _ = try $0.insertCode(
                secretHash: hashes[2], grantID: grant, clientID: "app", redirectURI: "", codeChallenge: "", now: 1000,
                expiresAt: 3000)
            _ = try $0.insertRefreshToken(
                secretHash: hashes[3], grantID: grant, generation: 0, now: 1000, expiresAt: 3000)
        }
        let presented = try hash(secret.rawValue)
        let accepted = try await database.write { transaction -> Bool in
            switch store {
            case .interaction: try transaction.claimInteraction(id: 1, hash: presented, now: 2000) != nil
            case .launch: try transaction.claimLaunch(id: 1, hash: presented, clientID: "app", now: 2000) != nil
            case .code: try transaction.claimCode(id: 1, hash: presented, now: 2000) != .none
            case .refreshToken: try transaction.claimRefreshToken(id: 1, hash: presented, now: 2000) != .none
            }
        }
        #expect(accepted == (secret == store))
    }
}

@Suite struct `PW-07 hashes of secrets` {
    @Test(arguments: [0, 1, 31, 33, 64])
    func `only 32 octets are a hash`(count: Int) {
        #expect(SecretHash([UInt8](repeating: 0, count: count)) == nil)
    }

    @Test(arguments: 0..<32)
    func `one octet decides`(index: Int) throws {
        var octets = [UInt8](repeating: 5, count: 32)
        let one = try #require(SecretHash(octets))
        #expect(one == SecretHash(octets))
        octets[index] ^= 0x80
        #expect(one != SecretHash(octets))
    }

    @Test func `a hash is not printed`() throws { #expect("\(try hash(1))" == "‹hash›") }
}
