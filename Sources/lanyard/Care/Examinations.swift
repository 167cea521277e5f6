import AuthorizationServer
import Crypto
import HTTP
import Storage

/// What `lanyard doctor` looks at, in order. Each looks without changing anything, beside a running server or without one.
enum Examinations {
    typealias Examination = @Sendable (Settings) -> [Finding]

    static let all: [Examination] = [
        folders, privateFiles, keys, policies, certificates, database, disk, clock, descriptors,
    ]

    /// ST-07.
    @Sendable static func folders(_ settings: Settings) -> [Finding] {
        let configuration = settings.configuration
        return [configuration.dataDirectory, configuration.keysDirectory].map { path in
            guard let status = FileAccess.status(path) else {
                return .warning(path, "is not there yet: the start makes it, with mode 0700")
            }
            guard status.isDirectory else { return .failure(path, "is not a directory") }
            guard status.mode & 0o022 == 0 else { return .failure(path, "others may write into it: chmod 700 it") }
            guard status.mode & 0o055 == 0 else { return .warning(path, "others may look into it: chmod 700 it") }
            return .ok(path, "closed to others")
        }
    }

    /// Everything in the two folders holds secrets, or what only the server should write.
    @Sendable static func privateFiles(_ settings: Settings) -> [Finding] {
        let configuration = settings.configuration
        return [configuration.dataDirectory, configuration.keysDirectory].flatMap { folder -> [Finding] in
            guard let names = try? PrivateFile.names(in: folder) else { return [] }
            return names.compactMap { name in
                let path = folder + "/" + name
                guard let status = FileAccess.status(path), !status.isDirectory, name != "README.md" else { return nil }
                guard status.isOpenToGroup || status.isOpenToOthers else { return nil }
                return .failure(path, "others can read or write it: chmod 600 it")
            }
        }
    }

    /// Each file is read as the start reads it, with the passphrase that is configured now.
    @Sendable static func keys(_ settings: Settings) -> [Finding] {
        let folder = settings.configuration.keysDirectory
        do {
            let count = try KeyExamination.count(settings.unlocked())
            return [
                count == 0
                    ? .warning(folder, "no keys yet: the start makes them") : .ok(folder, "\(count) keys, all usable")
            ]
        } catch let failure as CommandFailure {
            return [.failure(folder, failure.message)]
        } catch {
            return [.failure(folder, "\(error)")]
        }
    }

    @Sendable static func policies(_ settings: Settings) -> [Finding] {
        let check = PolicyCheck(settings.configuration.policies)
        guard check.problems.isEmpty else {
            return check.problems.map { .failure("policies_directory", "\($0)") }
        }
        if check.policies.isEmpty {
            return [
                .warning("policies_directory", "no policy files: roles come from the database alone, if there are any")
            ]
        }
        return [.ok("policies_directory", "\(check.policies.count) policies, all in order")]
    }

    /// A month is what people need to notice, and what automatic renewal leaves at the most.
    @Sendable static func certificates(_ settings: Settings) -> [Finding] {
        let now = Clock.system.now
        return settings.listen.compactMap { address -> Finding? in
            guard case .tcp(_, _, let files?) = address else { return nil }
            do {
                _ = try address.context()
                guard let certificate = try Certificate(pem: FileAccess.read(files.certificate, limit: 1 << 20)) else {
                    return .failure(files.certificate, "holds no certificate")
                }
                return finding(certificate, files.certificate, now)
            } catch {
                return .failure(files.certificate, "\(error)")
            }
        }
    }

    private static func finding(_ certificate: Certificate, _ file: String, _ now: Int64) -> Finding {
        let days = (certificate.notAfter - now) / 86_400
        if certificate.notBefore > now { return .failure(file, "is not valid yet: look at the clock") }
        if certificate.notAfter <= now { return .failure(file, "has expired") }
        return days < 30 ? .warning(file, "expires in \(days) days") : .ok(file, "is valid for \(days) days")
    }

    @Sendable static func database(_ settings: Settings) -> [Finding] {
        let path = settings.configuration.databasePath
        guard FileAccess.status(path) != nil else {
            return [.warning(path, "is not there yet: the start makes it")]
        }
        do {
            let report = try DatabaseReport(of: path, depth: .quick)
            guard report.isSound else { return report.troubles.map { .failure(path, $0) } }
            let steps = report.pendingSteps.count
            let sound = Finding.ok(path, "\(report.octets / 1024) KiB, no damage found")
            return steps == 0
                ? [sound] : [sound, .warning(path, "\(steps) steps behind: see lanyard migrate --dry-run")]
        } catch {
            return [.failure(path, "\(error)")]
        }
    }

    /// Room for a copy of the database beside it, and for a log that grows while somebody reads long.
    @Sendable static func disk(_ settings: Settings) -> [Finding] {
        let folder = settings.configuration.dataDirectory
        guard let free = Machine.freeOctets(folder) else { return [] }
        let mebibytes = "\(free >> 20) MiB free"
        if free < 100 << 20 { return [.failure(folder, "\(mebibytes): writes are about to fail")] }
        return [free < 1 << 30 ? .warning(folder, mebibytes) : .ok(folder, mebibytes)]
    }

    /// ST-11: what is behind the newest record would keep dead tokens alive.
    @Sendable static func clock(_ settings: Settings) -> [Finding] {
        let now = Clock.system.now
        guard FileAccess.status(settings.configuration.databasePath) != nil,
            let last = try? DatabaseReport.lastRecord(of: settings.configuration.databasePath)
        else { return [] }
        guard last > now + 60 else { return [.ok("clock", "not behind the newest audit record")] }
        return [.failure("clock", "\(last - now) s behind the newest audit record: set it before the server starts")]
    }

    @Sendable static func descriptors(_ settings: Settings) -> [Finding] {
        guard let limit = Machine.openFiles else { return [] }
        let wanted = UInt64(settings.server.limits.connections) + 100
        let detail = "\(limit) of this shell, for \(settings.server.limits.connections) connections at most"
        return [limit < wanted ? .warning("open files", detail) : .ok("open files", detail)]
    }
}
