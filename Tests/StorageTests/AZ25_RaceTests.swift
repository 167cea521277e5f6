import Testing
import Threads

@testable import Storage

@Suite struct `AZ-25 of sixteen threads that claim a secret, one wins` {
    private static let rounds = 1000
    private static let threads = 16

    let database: Database
    let secret: SecretHash

    init() throws {
        var options = DatabaseOptions()
        options.queueCapacity = Self.rounds * Self.threads
        database = try Database(path: ":memory:", options: options)
        secret = try hash(1)
    }

    /// Every thread claims every secret, all at once; how often each was won.
    private func race(_ claim: @escaping @Sendable (borrowing WriteTransaction, Int64) throws -> Bool) -> [Int] {
        let answers = Collected<(id: Int, won: Bool)>()
        for thread in 0..<Self.threads {
            let database = database
            let started = Thread.start(named: "racer") {
                for step in 0..<Self.rounds {
                    // Odd strides of their own: the threads meet each secret at different times.
                    let id = step * (2 * thread + 1) % Self.rounds
                    database.submit {
                        try claim($0, Int64(id + 1))
                    } then: { result in
                        answers.append((id, (try? result.get()) == true))
                    }
                }
            }
            #expect(started)
        }
        var wins = [Int](repeating: 0, count: Self.rounds)
        let all = answers.wait(for: Self.threads * Self.rounds)
        #expect(all.count == Self.threads * Self.rounds)
        for answer in all where answer.won { wins[answer.id] += 1 }
        return wins
    }

    private func insert(_ body: @escaping @Sendable (borrowing WriteTransaction) throws -> Int64) async throws {
        let ids = try await database.write { transaction in
            var ids: [Int64] = []
            for _ in 0..<Self.rounds { ids.append(try body(transaction)) }
            return ids
        }
        #expect(ids == Array(1...Int64(Self.rounds)))
    }

    private let oneEach = [Int](repeating: 1, count: Self.rounds)

    @Test func `an interaction`() async throws {
        let secret = secret
        try await insert {
            try $0.insertInteraction(
                secretHash: secret, browserHash: secret, sessionID: nil, clientID: "app", state: "{}", now: 1,
                expiresAt: 100)
        }
        #expect(race { try $0.claimInteraction(id: $1, hash: secret, now: 50) != nil } == oneEach)
    }

    @Test func `a launch`() async throws {
        let secret = secret
        try await insert {
            try $0.insertLaunch(
                secretHash: secret, clientID: "app", userID: nil, audience: "a", context: "{}", now: 1, expiresAt: 100)
        }
        #expect(race { try $0.claimLaunch(id: $1, hash: secret, clientID: "app", now: 50) != nil } == oneEach)
    }

    @Test func `a code`() async throws {
        let secret = secret
        let grant = try await database.grant()
        try await insert {
            try $0.insertCode(
                secretHash: secret, grantID: grant, clientID: "app", redirectURI: "https://app/", codeChallenge: "c",
                now: 1, expiresAt: 100)
        }
        let wins = race {
            if case .claimed = try $0.claimCode(id: $1, hash: secret, now: 50) { true } else { false }
        }
        #expect(wins == oneEach)
    }

    @Test func `a refresh token`() async throws {
        let secret = secret
        let grant = try await database.grant()
        try await insert {
            try $0.insertRefreshToken(secretHash: secret, grantID: grant, generation: 0, now: 1, expiresAt: 100)
        }
        let wins = race {
            if case .claimed = try $0.claimRefreshToken(id: $1, hash: secret, now: 50) { true } else { false }
        }
        #expect(wins == oneEach)
    }

    @Test func `the last use of an initial access token`() async throws {
        let secret = secret
        try await insert {
            try $0.insertRegistrationToken(secretHash: secret, scopeLimit: nil, uses: 1, now: 1, expiresAt: 100)
        }
        #expect(race { try $0.claimRegistrationToken(id: $1, hash: secret, now: 50) != nil } == oneEach)
    }

    @Test func `a registration access token's replacement`() async throws {
        let secret = secret
        let next = try hash(2)
        try await insert {
            let id = String(try $0.selfRegisteredClientCount() + 1)
            try $0.insertClient(id: id, metadata: "", secretVerifiers: [], standing: .unreviewed, now: 1)
            return try $0.insertRegistration(
                clientID: id, secretHash: secret, scopeLimit: nil, softwareStatement: nil)
        }
        #expect(race { try $0.rotateRegistration($1, from: secret, to: next, softwareStatement: nil) } == oneEach)
    }

    @Test func `an assertion`() {
        #expect(
            race { try $0.claimAssertion(clientID: "app", jwtID: "j\($1)", expiresAt: 100, now: 50) } == oneEach)
    }

    @Test func `a leave to guess: no more than the allowance`() {
        let allowed = race { transaction, id in
            try transaction.claimAttempt(key: [UInt8(id % 10)], now: 50, allowance: 7, windowSeconds: 60) == nil
        }
        #expect(allowed.reduce(0, +) == 10 * 7)
    }
}
