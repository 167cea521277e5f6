extension Command {
    static let demo = Command(
        "demo", "run a server full of sample people, data and apps, to click through",
        options: [
            .value("port", "PORT", "the port on loopback (default: 8080)"),
            .value("policies", "DIR", "the role policies (default: the folder Policies of the clone)"),
            .value("data", "DIR", "where to keep the demo's data (default: nowhere, each run begins anew)"),
        ],
        untilStopped: true
    ) { invocation in
        guard let port = UInt16(invocation.option("port") ?? "8080"), port > 0 else {
            throw CommandFailure.usage("--port must be a number from 1 to 65535")
        }
        do {
            let policies = try DemoPolicies.files(in: invocation.option("policies"))
            try await Demo(port: port, dataDirectory: invocation.option("data"), policies: policies).run()
        } catch {
            throw StartFailure.failure(of: error)
        }
    }
}
