extension Command {
    static let demo = Command(
        "demo", "run a server full of sample people, data and apps, to click through",
        options: [
            .value("port", "PORT", "the port on loopback (default: 8080)"),
            .value("data", "DIR", "where to keep the demo's data (default: .lanyard-demo)"),
        ],
        untilStopped: true
    ) { invocation in
        guard let port = UInt16(invocation.option("port") ?? "8080"), port > 0 else {
            throw CommandFailure.usage("--port must be a number from 1 to 65535")
        }
        try await Demo(port: port, dataDirectory: invocation.option("data") ?? ".lanyard-demo").run()
    }
}
