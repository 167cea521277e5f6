import Encoding

/// What SIGHUP does beside reading certificates again: the configuration is read, what can change while the server runs is
/// taken over, and the log says what else has changed since the start and waits for a restart. A broken file changes nothing,
/// nor does one that says what it said before.
struct Reload: Sendable {
    /// What takes effect at once; everything else is built into parts that live as long as the process.
    static let live: Set<String> = [
        "log_level", "limits.guesses_per_account", "limits.guesses_per_address", "limits.connections",
        "limits.connections_per_address", "key_passphrase_file", "key_passphrase_command",
        "key_passphrase_previous_files",
    ]

    let log: Log
    /// What the parts that live as long as the process were built from.
    let started: Settings
    let read: @Sendable () throws -> Settings
    /// Hands on what is live, beside the log's level.
    let adopt: @Sendable (Settings) -> Void

    /// The settings that are in force afterwards.
    func apply(over current: Settings) -> Settings {
        let settings: Settings
        do {
            settings = try read()
        } catch {
            let details = (error as? CommandFailure)?.details ?? []
            log(
                .error, "configuration.kept",
                [
                    "reason": .string((error as? CommandFailure)?.message ?? "\(error)"),
                    "problems": .array(details.map { .string($0) }),
                ])
            return current
        }
        let applied = Self.changed(from: current, to: settings).filter(Self.live.contains)
        let waiting = Self.changed(from: started, to: settings).filter { !Self.live.contains($0) }
        if !applied.isEmpty {
            log.setLevel(settings.logLevel)
            adopt(settings)
        }
        log(
            .info, "configuration.reloaded",
            [
                "applied": .array(applied.map { .string($0) }), "needs_restart": .array(waiting.map { .string($0) }),
            ])
        return settings
    }

    /// The names of the settings that say something else, in order.
    static func changed(from old: Settings, to new: Settings) -> [String] {
        Set(old.given.keys).union(new.given.keys).filter { old.given[$0] != new.given[$0] }.sorted()
    }
}
