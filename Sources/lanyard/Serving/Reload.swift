import Encoding

/// What SIGHUP does beside reading certificates again: the configuration is read, what can change while the server runs is
/// taken over, and the log says what else has changed and waits for a restart. A broken file changes nothing.
struct Reload: Sendable {
    /// What takes effect at once; everything else is built into parts that live as long as the process.
    static let live: Set<String> = ["log_level"]

    let log: Log
    let read: @Sendable () throws -> Settings

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
        let changed = Self.changed(from: current, to: settings)
        log.setLevel(settings.logLevel)
        log(
            .info, "configuration.reloaded",
            [
                "applied": .array(changed.filter(Self.live.contains).map { .string($0) }),
                "needs_restart": .array(changed.filter { !Self.live.contains($0) }.map { .string($0) }),
            ])
        return settings
    }

    /// The names of the settings that say something else, in order.
    static func changed(from old: Settings, to new: Settings) -> [String] {
        Set(old.given.keys).union(new.given.keys).filter { old.given[$0] != new.given[$0] }.sorted()
    }
}
