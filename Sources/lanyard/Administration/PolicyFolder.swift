import AuthorizationServer
import Crypto

/// Policy files as they lie on the disk: of a folder, those that end in `.json`.
enum PolicyFolder {
    struct Failure: Error, Equatable {
        let reason: String
    }

    private static let suffix = ".json"

    /// The path of a role's file.
    static func path(of role: String, in folder: String) -> String { folder + "/" + role + suffix }

    /// In the order of their names, each named by its name in the folder.
    static func files(in folder: String) throws(Failure) -> [PolicyFile] {
        let names: [String]
        do throws(PrivateFile.Failure) {
            names = try PrivateFile.names(in: folder).filter { $0.hasSuffix(suffix) }
        } catch {
            throw Failure(reason: "\(error)")
        }
        guard !names.isEmpty else { throw Failure(reason: "\(folder): holds no file that ends in \(suffix)") }
        var files: [PolicyFile] = []
        for name in names { files.append(try file(folder + "/" + name, as: name)) }
        return files
    }

    /// One file, named by its path where it is given no name.
    static func file(_ path: String, as name: String? = nil) throws(Failure) -> PolicyFile {
        do throws(FileAccess.Failure) {
            return PolicyFile(name: name ?? path, content: try FileAccess.read(path, limit: 1 << 20))
        } catch {
            throw Failure(reason: "\(path): \(error.reason)")
        }
    }
}
