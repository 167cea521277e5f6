import Encoding

extension Command {
    static let doctor = Command(
        "doctor", "look for what is wrong with this installation, and change nothing",
        options: [.config, .json],
        notes: [
            "Looks at the configuration, files and their rights, role policies, certificates, the database, the disk and the",
            "clock, beside a running server or without one. Exits 1 if something has to be mended; warnings alone are no failure.",
        ]
    ) { invocation in
        let settings = try invocation.settings()
        let findings =
            [.ok(invocation.configurationPath, "every setting is in order")]
            + Examinations.all.flatMap { $0(settings) }
        invocation.answer(["findings": .array(findings.map(\.json))]) { _ in
            Columns(findings.map { [$0.gravity.rawValue, $0.subject, $0.detail] }).text
        }
        let failures = findings.filter { $0.gravity == .failure }.count
        guard failures == 0 else {
            throw CommandFailure.failed(
                failures == 1 ? "one thing has to be mended" : "\(failures) things have to be mended")
        }
    }
}
