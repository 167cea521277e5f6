/// Which kind of browser on which kind of system a sign-in came from, in words of ours: enough for a person to know their
/// own, and nothing of what the browser wrote itself gets into the records (AU-02).
struct DeviceFamily: Sendable, Equatable {
    let text: String

    /// Nil if neither is known.
    init?(userAgent: String?) {
        guard let userAgent = userAgent?.prefix(512) else { return nil }
        let names = [Self.browsers, Self.systems].compactMap { table in
            table.first { userAgent.contains($0.mark) }?.name
        }
        guard !names.isEmpty else { return nil }
        text = names.joined(separator: ", ")
    }

    /// In this order: most browsers name others too.
    private static let browsers: [(mark: String, name: String)] = [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ]

    private static let systems: [(mark: String, name: String)] = [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
        ("Macintosh", "Mac"), ("Linux", "Linux"),
    ]
}
