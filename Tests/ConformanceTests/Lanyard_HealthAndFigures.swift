import Encoding
import Foundation
import HTTP
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

/// The Prometheus text format 0.0.4, read as strictly as its description allows: anything else fails the test.
struct Exposition {
    struct Sample: Equatable {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    private(set) var types: [String: String] = [:]
    private(set) var samples: [Sample] = []

    struct Malformed: Error, CustomStringConvertible { let description: String }

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Malformed(description: "the last line has no end") }
        var helped: Set<String> = []
        var current: String?
        var finished: Set<String> = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            let words = line.split(separator: " ", maxSplits: 3).map(String.init)
            if line.hasPrefix("# HELP ") {
                guard words.count == 4, Self.isName(words[2]), helped.insert(words[2]).inserted else {
                    throw Malformed(description: "\(line)")
                }
            } else if line.hasPrefix("# TYPE ") {
                guard words.count == 4, helped.contains(words[2]), types[words[2]] == nil,
                    ["counter", "gauge", "histogram"].contains(words[3])
                else { throw Malformed(description: "\(line)") }
                types[words[2]] = words[3]
            } else {
                let sample = try Self.sample(String(line))
                let family = try family(of: sample)
                // All lines of one metric stand together.
                if family != current {
                    guard !finished.contains(family) else { throw Malformed(description: "\(family) is in two places") }
                    if let current { finished.insert(current) }
                    current = family
                }
                guard !samples.contains(where: { $0.name == sample.name && $0.labels == sample.labels }) else {
                    throw Malformed(description: "twice: \(line)")
                }
                samples.append(sample)
            }
        }
        try requireHistograms()
    }

    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        samples.first { sample in
            sample.name == name && labels.allSatisfy { sample.labels[$0.key] == $0.value }
        }?.value
    }

    private func family(of sample: Sample) throws -> String {
        if let type = types[sample.name], type != "histogram" { return sample.name }
        for suffix in ["_bucket", "_sum", "_count"] where sample.name.hasSuffix(suffix) {
            let name = String(sample.name.dropLast(suffix.count))
            if types[name] == "histogram" { return name }
        }
        throw Malformed(description: "\(sample.name) has no TYPE")
    }

    /// Buckets go up, end in +Inf, and that one equals the count.
    private func requireHistograms() throws {
        for count in samples where count.name.hasSuffix("_count") {
            let name = count.name.dropLast("_count".count)
            let buckets = samples.filter { sample in
                sample.name == name + "_bucket" && sample.labels.filter { $0.key != "le" } == count.labels
            }
            let ends = buckets.compactMap { $0.labels["le"].flatMap(Self.number) }
            guard ends.count == buckets.count, ends == ends.sorted(), ends.last == .infinity,
                buckets.map(\.value) == buckets.map(\.value).sorted(), buckets.last?.value == count.value,
                samples.contains(where: { $0.name == name + "_sum" && $0.labels == count.labels })
            else { throw Malformed(description: "\(name) is no histogram") }
        }
    }

    private static func isName(_ text: String) -> Bool {
        text.wholeMatch(of: /[a-zA-Z_:][a-zA-Z0-9_:]*/) != nil
    }

    private static func number(_ text: String) -> Double? { text == "+Inf" ? .infinity : Double(text) }

    private static func sample(_ line: String) throws -> Sample {
        guard let match = line.wholeMatch(of: /([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(.*)\})? ([^ ]+)/),
            let value = number(String(match.4))
        else { throw Malformed(description: line) }
        var labels: [String: String] = [:]
        var rest = Substring(match.3 ?? "")
        while !rest.isEmpty {
            guard let label = rest.prefixMatch(of: /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\n"])*)"(,|$)/),
                labels[String(label.1)] == nil
            else { throw Malformed(description: line) }
            labels[String(label.1)] = String(label.2)
            rest = rest[label.range.upperBound...]
        }
        return Sample(name: String(match.1), labels: labels, value: value)
    }
}

extension TestServer {
    fileprivate func exposition() async throws -> Exposition {
        let response = await administration.respond(to: Request(method: .get, path: "/metrics"))
        #expect(response.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
        return try Exposition(String(decoding: response.body, as: UTF8.self))
    }
}

@Suite struct `Figures: GET /metrics` {
    @Test func `requests are counted by route, method and class of status, and timed`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        for _ in 0..<3 { #expect(try server.send(.get, "/jwks").status == 200) }
        #expect(try server.send(.head, "/jwks").status == 200)
        #expect(try server.send(.get, "/nowhere").status == 404)
        #expect(try server.post("/token", [("grant_type", "none")]).status == 400)
        let figures = try await server.exposition()
        let jwks = ["listener": "public", "route": "/jwks", "method": "GET"]
        #expect(figures.value("lanyard_http_requests_total", jwks.merging(["status": "2xx"]) { $1 }) == 4)
        #expect(figures.value("lanyard_http_request_seconds_count", jwks) == 4)
        #expect((figures.value("lanyard_http_request_seconds_sum", jwks) ?? 0) > 0)
        #expect(figures.value("lanyard_http_requests_total", ["route": "/token", "status": "4xx"]) == 1)
        #expect(figures.value("lanyard_http_requests_total", ["route": "none", "status": "4xx"]) == 1)
        #expect((figures.value("lanyard_http_connections") ?? -1) >= 0)
    }

    @Test func `a path with a parameter is its pattern: no id of anybody's is in the figures`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        _ = try server.send(.get, "/register/somebody-secret")
        let response = await server.administration.respond(to: Request(method: .get, path: "/metrics"))
        #expect(!String(decoding: response.body, as: UTF8.self).contains("somebody-secret"))
    }

    @Test func `storage, keys, work and the process are measured`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        let tokens = try App.publicApp.tokens(server, as: "patient", scope: "launch/patient patient/Patient.rs")
        for _ in 0..<2 { #expect(try server.isActive(tokens)) }
        try await server.administer(.post, "/admin/v1/keys", ["algorithm": "ES256"])
        server.clock.advance(60)
        let figures = try await server.exposition()
        for name in [
            "lanyard_database_pages", "process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds",
            "lanyard_database_commit_writes_count", "lanyard_token_cache_tokens",
        ] { #expect((figures.value(name) ?? 0) > 0, "\(name)") }
        #expect(figures.value("lanyard_database_taking_writes") == 1)
        #expect(figures.value("lanyard_database_writes_waiting") == 0)
        #expect(figures.value("lanyard_work_waiting", ["pool": "passwords"]) == 0)
        #expect(figures.value("lanyard_table_rows", ["table": "grants"]) == 1)
        #expect(figures.value("lanyard_sweeper_backlog_rows", ["table": "codes"]) == 0)
        #expect((figures.value("lanyard_token_cache_looks_total", ["result": "hit"]) ?? 0) >= 1)
        #expect(figures.value("lanyard_keys", ["algorithm": "ES256", "state": "next"]) == 1)
        #expect(figures.value("lanyard_keys", ["algorithm": "RS256", "state": "next"]) == 0)
        #expect(figures.value("lanyard_key_age_seconds", ["algorithm": "ES256", "state": "next"]) == 60)
        #expect(figures.value("lanyard_key_failures_total") == 0)
    }

    @Test func `C2: rows that have expired and are still there are the backlog, with the age of the oldest`()
        async throws
    {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        let now = server.clock.now
        // By a clock of its own: the sweeper runs by the server's, for which nothing here has expired.
        _ = try App.publicApp.tokens(server, as: "patient", scope: "launch/patient patient/Patient.rs")
        let later = now + 400 * 86_400
        let grants = try #require(
            try server.authorization.database.tableFigures(now: later).first { $0.name == "grants" })
        #expect(grants.rows == 1 && grants.overdue == 1 && (grants.oldestExpiry ?? later) < later)
    }

    @Test func `the public listener does not have it`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        #expect(try server.send(.get, "/metrics").status == 404)
    }

    @Test func `labels and help are escaped`() throws {
        var family = MetricFamily("a", .gauge, "one\\two\nthree \"four\"")
        family.add([("l", "x\\y\"z\n")], 1)
        #expect(family.text == "# HELP a one\\\\two\\nthree \"four\"\n# TYPE a gauge\na{l=\"x\\\\y\\\"z\\n\"} 1\n")
        #expect(try Exposition(family.text).samples.count == 1)
        #expect(MetricFamily.seconds(1_000_000_001) == "1.000000001" && MetricFamily.seconds(0) == "0.000000000")
    }
}

@Suite struct `Health` {
    @Test func `live and ready answer, are never kept, and say nothing of the inside`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        let live = try server.send(.get, "/health/live")
        #expect(live.status == 200 && live.headers["cache-control"] == "no-store")
        #expect(live.json == ["status": "live"])
        let ready = try server.send(.get, "/health/ready")
        #expect(ready.status == 200 && ready.headers["cache-control"] == "no-store")
        #expect(
            ready.json == [
                "status": "ready", "checks": ["database": "ok", "keys": "ok", "log": "ok", "running": "ok"],
            ])
    }

    @Test func `a server that stops, or whose database takes no writes, is not ready but lives`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        let before = server.authorization.database.commitSizes.writes
        for _ in 0..<5 { _ = try server.send(.get, "/health/ready") }
        #expect(server.authorization.database.commitSizes.writes == before)
        server.authorization.prepareToStop()
        let stopping = try server.send(.get, "/health/ready")
        #expect(stopping.status == 503 && stopping.json["checks"]?["running"] == "failing")
        server.authorization.database.close()
        let closed = try server.send(.get, "/health/ready")
        #expect(closed.status == 503 && closed.json["checks"]?["database"] == "failing")
        #expect(try server.send(.get, "/health/live").status == 200)
    }
}

@Suite struct `W3C Trace Context` {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"

    @Test func `a well-formed traceparent is answered with the same trace and a part of our own`() async throws {
        let server = try await TestServer.withSamples()
        defer { server.stop() }
        let parent = "00-\(Self.trace)-00f067aa0ba902b7-01"
        for path in ["/jwks", "/sign-in"] {
            let response = try server.send(.get, path, headers: [("traceparent", parent)])
            let parts = (response.headers["traceresponse"] ?? "").split(separator: "-").map(String.init)
            #expect(parts.count == 4 && parts[0] == "00" && parts[1] == Self.trace && parts[3] == "01", "\(path)")
            #expect(parts.count == 4 && parts[2] != "00f067aa0ba902b7" && parts[2].count == 16)
        }
        #expect(try server.send(.get, "/jwks").headers["traceresponse"] == nil)
    }

    @Test(arguments: [
        "", "00", "00-\(trace)-00f067aa0ba902b7", "ff-\(trace)-00f067aa0ba902b7-01",
        "00-\(trace)-00f067aa0ba902b7-01-x",
        "00-\(trace.uppercased())-00f067aa0ba902b7-01", "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-\(trace)-0000000000000000-01", "00-\(trace)-00f067aa0ba902b7-0g", "00_\(trace)-00f067aa0ba902b7-01",
        "01-\(trace)-00f067aa0ba902b7-01x",
    ])
    func `one that is not well formed is as none`(parent: String) {
        #expect(TraceContext(ArraySlice(parent.utf8)) == nil)
    }

    @Test func `a later version is read as far as it is known`() {
        #expect(TraceContext(ArraySlice("01-\(Self.trace)-00f067aa0ba902b7-00-more".utf8))?.isSampled == false)
    }
}
