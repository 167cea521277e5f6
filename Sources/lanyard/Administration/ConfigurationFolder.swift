import AuthorizationServer
import Crypto
import Encoding

/// The configuration as it lies in a folder: a subfolder for each kind, a file for each object.
struct ConfigurationFolder {
    /// `clients/growth-chart.json` and what it says.
    struct File {
        let name: String
        let content: [UInt8]
    }

    let files: [File]
    /// Those that have a subfolder: of the others the folder says nothing.
    let kinds: [ConfigurationKind]

    private static let suffix = ".json"
    private static let longest = 1 << 20

    /// Reads all of it. A folder without any of the subfolders is a mistake.
    init(_ path: String) throws(CommandFailure) {
        var files: [File] = []
        kinds = ConfigurationKind.allCases.filter { FileAccess.status("\(path)/\($0.rawValue)")?.isDirectory == true }
        guard !kinds.isEmpty else {
            let known = ConfigurationKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw .failed("\(path) is no folder with configuration files: it has none of \(known)")
        }
        for kind in kinds {
            for name in try Self.names("\(path)/\(kind.rawValue)") {
                let file = "\(kind.rawValue)/\(name)"
                do throws(FileAccess.Failure) {
                    files.append(File(name: file, content: try FileAccess.read("\(path)/\(file)", limit: Self.longest)))
                } catch {
                    throw .failed("\(path)/\(file): \(error.reason)")
                }
            }
        }
        self.files = files
    }

    /// As the administration API takes them.
    func upload() throws(CommandFailure) -> JSON {
        var list: [JSON] = []
        for file in files {
            guard let content = String(strictUTF8: file.content) else {
                throw .failed("\(file.name): is not text in UTF-8")
            }
            list.append(["name": .string(file.name), "content": .string(content)])
        }
        return .array(list)
    }

    private static func names(_ folder: String) throws(CommandFailure) -> [String] {
        do throws(PrivateFile.Failure) {
            return try PrivateFile.names(in: folder).filter { $0.hasSuffix(suffix) }
        } catch {
            throw .failed("\(error)")
        }
    }

    // MARK: Writing

    /// Files of an export on their way into a folder, and what there is of them.
    struct Export {
        let files: [File]
        /// Say something else.
        var different: [String] = []
        /// Are of nothing that the export has.
        var stale: [String] = []

        init(_ files: [File], into path: String) throws(CommandFailure) {
            self.files = files
            for file in files {
                guard FileAccess.status("\(path)/\(file.name)") != nil else { continue }
                let present = try? FileAccess.read("\(path)/\(file.name)", limit: longest)
                if present != file.content { different.append(file.name) }
            }
            let known = Set(files.map(\.name))
            for kind in ConfigurationKind.allCases {
                guard FileAccess.status("\(path)/\(kind.rawValue)") != nil else { continue }
                stale += try names("\(path)/\(kind.rawValue)").map { "\(kind.rawValue)/\($0)" }
                    .filter { !known.contains($0) }
            }
        }

        /// The folder then holds these files of each kind, and no others.
        func write(into path: String) throws(FileAccess.Failure) {
            try FileAccess.makeDirectory(path)
            for kind in ConfigurationKind.allCases { try FileAccess.makeDirectory("\(path)/\(kind.rawValue)") }
            for file in files { try FileAccess.write(file.content, toFile: "\(path)/\(file.name)") }
            for name in stale { try FileAccess.remove("\(path)/\(name)") }
        }
    }
}
