/// What relative paths are relative to: the configuration file's directory for what the file says, the working
/// directory for what the environment says.
struct PathBase: Sendable, Equatable {
    private let directory: String

    static let workingDirectory = PathBase(directory: "")

    init(ofFile path: String) {
        guard let slash = path.lastIndex(of: "/") else {
            self = .workingDirectory
            return
        }
        directory = String(path[...slash])
    }

    private init(directory: String) { self.directory = directory }

    func resolve(_ path: String) -> String { path.hasPrefix("/") ? path : directory + path }
}
