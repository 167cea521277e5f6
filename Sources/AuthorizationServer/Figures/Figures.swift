package import HTTP
import JOSE
import Storage
import Synchronization
import Threads

/// Everything that is measured, put together when somebody asks. It runs on a thread of its own: counting rows takes as long
/// as there are many.
package final class Figures: Sendable {
    private let server: AuthorizationServer
    private let sources = Mutex(Sources())
    private let pool = WorkerPool(name: "figures", threads: 1, capacity: 2, computes: true)
    private let tables = Mutex<(at: Int64, counts: [TableFigure])?>(nil)

    /// Rows are counted again after so many seconds, not at each visit.
    private static let recount: Int64 = 300

    private struct Sources {
        /// One for each router whose requests are counted, with the word that tells them apart.
        var requests: [(listener: String, figures: RequestFigures)] = []
        var connections: @Sendable () -> Int = { 0 }
    }

    package init(_ server: AuthorizationServer) { self.server = server }

    /// Who counts the requests of these routes.
    package func observer(_ listener: String, _ routes: [Route]) -> RequestFigures {
        let figures = RequestFigures(routes)
        sources.withLock { $0.requests.append((listener, figures)) }
        return figures
    }

    /// Who knows how many connections there are.
    package func count(connections: @escaping @Sendable () -> Int) {
        sources.withLock { $0.connections = connections }
    }

    package func stop() { pool.stop() }

    /// `GET /metrics`, for the admin socket and the listener of the figures; never for the public.
    package var route: Route { Route(.get, MetricsEndpoint.path, MetricsEndpoint(figures: self)) }

    func text() async throws -> String {
        try await pool.run { [self] in try families().map(\.text).joined() }
    }

    private func families() throws -> [MetricFamily] {
        requestFamilies + (try databaseFamilies()) + keyFamilies + workFamilies + processFamilies
    }

    // MARK: Requests

    private var requestFamilies: [MetricFamily] {
        var counts = MetricFamily("lanyard_http_requests_total", .counter, "Requests answered.")
        var times = MetricFamily(
            "lanyard_http_request_seconds", .histogram, "From a request's last octet to its answer, by route.")
        let bounds = RequestFigures.bounds.map(MetricFamily.seconds)
        let (requests, connections) = sources.withLock { ($0.requests, $0.connections) }
        for (listener, figures) in requests {
            for sum in figures.sums where sum.route == nil || sum.byClass.contains(where: { $0 > 0 }) {
                let labels = [
                    (name: "listener", value: listener), (name: "route", value: sum.route?.pattern ?? "none"),
                    (name: "method", value: sum.route?.method ?? "any"),
                ]
                for (index, count) in sum.byClass.enumerated() where count > 0 {
                    counts.add(labels + [(name: "status", value: "\(index + 1)xx")], count)
                }
                times.add(
                    labels, bounds: bounds, counts: sum.buckets, sum: MetricFamily.seconds(sum.nanoseconds))
            }
        }
        return [
            counts, times, MetricFamily("lanyard_http_connections", .gauge, "Open connections.", Int64(connections())),
        ]
    }

    // MARK: Storage

    private func databaseFamilies() throws -> [MetricFamily] {
        let statistics = try server.database.statistics(), now = server.clock.now
        var families = [
            MetricFamily("lanyard_database_pages", .gauge, "Pages of the database file.", Int64(statistics.pages)),
            MetricFamily("lanyard_database_free_pages", .gauge, "Pages without content.", Int64(statistics.freePages)),
            MetricFamily(
                "lanyard_database_writes_waiting", .gauge, "Writes that wait for the next commit.",
                Int64(statistics.writesWaiting)),
            MetricFamily(
                "lanyard_database_taking_writes", .gauge, "0 after a commit that failed, until one succeeds.",
                server.database.isTakingWrites ? 1 : 0),
        ]
        let sizes = server.database.commitSizes
        var commits = MetricFamily("lanyard_database_commit_writes", .histogram, "Writes that shared one commit.")
        commits.add([], bounds: CommitSizes.bounds.map(String.init), counts: sizes.counts, sum: String(sizes.writes))
        families.append(commits)
        families += sweepFamilies(statistics.lastSweep, now)
        families += tableFamilies(try tableFigures(now), now)
        return families
    }

    private func sweepFamilies(_ last: SweepResult?, _ now: Int64) -> [MetricFamily] {
        var deleted = MetricFamily("lanyard_sweeper_deleted_rows", .gauge, "Rows that the last sweep deleted.")
        for (table, count) in (last?.deleted ?? [:]).sorted(by: { $0.key < $1.key }) {
            deleted.add([("table", table)], Int64(count))
        }
        return [
            MetricFamily(
                "lanyard_sweeper_last_run_timestamp_seconds", .gauge, "The end of the last sweep; 0: none yet.",
                last?.at ?? 0), deleted,
        ]
    }

    private func tableFamilies(_ tables: [TableFigure], _ now: Int64) -> [MetricFamily] {
        var rows = MetricFamily("lanyard_table_rows", .gauge, "Rows, counted every five minutes.")
        var overdue = MetricFamily(
            "lanyard_sweeper_backlog_rows", .gauge, "Expired rows that are still there, counted to 10000.")
        var oldest = MetricFamily("lanyard_sweeper_backlog_seconds", .gauge, "For how long the oldest has expired.")
        for table in tables {
            rows.add([("table", table.name)], table.rows)
            guard let count = table.overdue else { continue }
            overdue.add([("table", table.name)], count)
            oldest.add([("table", table.name)], table.oldestExpiry.map { max(0, now - $0) } ?? 0)
        }
        return [rows, overdue, oldest]
    }

    private func tableFigures(_ now: Int64) throws -> [TableFigure] {
        let elapsed = server.clock.elapsed
        if let known = tables.withLock({ $0 }), elapsed - known.at < Self.recount { return known.counts }
        let counts = try server.database.tableFigures(now: now)
        tables.withLock { $0 = (elapsed, counts) }
        return counts
    }

    // MARK: Keys, work, process

    private var keyFamilies: [MetricFamily] {
        let moment = server.keys.moment()
        var ages = MetricFamily("lanyard_key_age_seconds", .gauge, "For how long the oldest key has been in its state.")
        var counts = MetricFamily("lanyard_keys", .gauge, "Signing keys.")
        for algorithm in KeyStore.algorithms {
            for state in KeyState.allCases {
                let keys = moment.ring.keys(algorithm, state)
                let labels = [(name: "algorithm", value: algorithm.rawValue), (name: "state", value: state.rawValue)]
                counts.add(labels, Int64(keys.count))
                if let age = keys.map(moment.age).max() { ages.add(labels, age) }
            }
        }
        return [
            counts, ages,
            MetricFamily(
                "lanyard_key_failures_total", .counter, "Changes of the keys that failed and are tried again.",
                Int64(server.keyRotation.failures)),
        ]
    }

    private var workFamilies: [MetricFamily] {
        var waiting = MetricFamily("lanyard_work_waiting", .gauge, "Jobs that wait for a thread.")
        waiting.add([("pool", "passwords")], Int64(server.passwords.waiting))
        waiting.add([("pool", "keys")], Int64(server.keyWork.depth))
        let cache = server.accessTokens.cacheFigures
        var looks = MetricFamily("lanyard_token_cache_looks_total", .counter, "Looks for a verified access token.")
        looks.add([("result", "hit")], cache.hits)
        looks.add([("result", "miss")], cache.misses)
        return [
            waiting, looks,
            MetricFamily("lanyard_token_cache_tokens", .gauge, "Verified access tokens that are kept.", cache.tokens),
        ]
    }

    private var processFamilies: [MetricFamily] {
        let process = ProcessUsage()
        return [
            MetricFamily(
                "process_resident_memory_bytes", .gauge, "Resident memory size in bytes.", process.residentBytes),
            MetricFamily(
                "process_cpu_seconds_total", .counter, "CPU time spent, in seconds.",
                [.init(labels: [], value: MetricFamily.seconds(process.cpuNanoseconds))]),
            MetricFamily("process_open_fds", .gauge, "Open file descriptors.", process.descriptors),
        ]
    }
}
