import AuthorizationServer

/// The role policies of the demo: those that the server is shipped with.
enum DemoPolicies {
    /// `folder`: as named on the command line; nil looks where a clone has them: in the working folder, and above the program.
    static func files(in folder: String?) throws -> [PolicyFile] {
        if let folder { return try files(folder) }
        for folder in candidates {
            if let files = try? PolicyFolder.files(in: folder) { return files }
        }
        throw DemoProblem(
            "The role policies are not here: start in the folder that holds Policies, or name it with --policies.")
    }

    private static func files(_ folder: String) throws -> [PolicyFile] {
        do throws(PolicyFolder.Failure) {
            return try PolicyFolder.files(in: folder)
        } catch {
            throw DemoProblem(error.reason)
        }
    }

    /// `.build/debug/lanyard` lies three folders below `Policies`, with the platform's name four.
    private static var candidates: [String] {
        var folders = ["Policies"]
        var place = CommandLine.arguments.first.map { $0.split(separator: "/", omittingEmptySubsequences: false) } ?? []
        while place.count > 1 {
            place.removeLast()
            folders.append(place.joined(separator: "/") + "/Policies")
        }
        return folders
    }
}
