extension Command {
    static let serve = Command(
        "serve", "run the server",
        options: [.config, .flag("check", "only check the configuration")],
        notes: [
            "Every setting that is one value has an environment variable over it: LANYARD_ISSUER, LANYARD_DATA,",
            "LANYARD_LISTEN=host:port, LANYARD_LIFETIMES_ACCESS_TOKEN … SIGTERM stops the server once the requests it",
            "has are answered, SIGHUP reads the certificates again.",
        ],
        untilStopped: true
    ) { invocation in
        let settings = try invocation.settings()
        if invocation.flag("check") {
            invocation.console.print("configuration ok")
            return
        }
        _ = settings
    }
}
