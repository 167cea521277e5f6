import AuthorizationServer

extension Command {
    static let serve = Command(
        "serve", "run the server",
        options: [.config, .flag("check", "only check the configuration")],
        notes: [
            "Every setting that is not a structure has an environment variable that goes over the file:",
            "LANYARD_ISSUER, LANYARD_DATA, LANYARD_LISTEN=host:port, LANYARD_LIFETIMES_ACCESS_TOKEN and so on.",
            "SIGTERM stops the server once the requests under way are answered. SIGHUP reads certificates again, log_level, the",
            "limits of guesses and connections and where the passphrase of the keys is, and logs which other settings have changed",
            "and wait for a restart.",
        ],
        untilStopped: true
    ) { invocation in
        let settings = try invocation.settings()
        if invocation.flag("check") {
            for address in settings.listen { try address.check() }
            try PolicyCheck(settings.configuration.policies).requireSound(invocation, otherwise: .configuration)
            invocation.console.print("configuration ok")
            return
        }
        let log = Log(level: settings.logLevel, writer: try LogWriter())
        do {
            let server = try RunningServer(settings, log: log)
            await server.runUntilStopped { try invocation.settings() }
        } catch {
            log.flush()
            throw StartFailure.failure(of: error)
        }
    }
}

extension ListenSetting {
    /// Reads the certificate and its key as the start would.
    fileprivate func check() throws(CommandFailure) {
        do {
            _ = try context()
        } catch {
            throw StartFailure.failure(of: error)
        }
    }
}
