import Foundation
import Testing

/// The design's arrows, read from the sources themselves: a module imports only what stands below it, each C library has
/// one door, and no product module leans on Foundation.
@Suite struct `Import rules` {
    private static let allowed: [String: Set<String>] = [
        "Encoding": ["Glibc"], "Threads": ["Glibc", "Synchronization"],
        "Crypto": ["COpenSSL", "Encoding", "Glibc", "Synchronization"],
        "JOSE": ["Crypto", "Encoding"], "SMART": ["Encoding"], "Policy": ["SMART", "Encoding"],
        "HTTP": ["CLinux", "Crypto", "Encoding", "Threads", "Glibc", "Synchronization"],
        "Storage": ["CSQLite", "SMART", "Encoding", "Threads", "Glibc", "Synchronization"],
        "AuthorizationServer": [
            "HTTP", "JOSE", "Storage", "Policy", "SMART", "Crypto", "Encoding", "Threads", "Glibc", "Synchronization",
        ],
        "lanyard": [
            "AuthorizationServer", "HTTP", "JOSE", "Storage", "Policy", "SMART", "Crypto", "Encoding", "Threads",
            "Glibc", "Synchronization",
        ],
    ]

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    struct SourceFile: Sendable, CustomTestStringConvertible {
        let module: String
        let path: String
        let lines: [String]
        var testDescription: String { path }
    }

    private static func sources() throws -> [SourceFile] {
        let folder = root.appendingPathComponent("Sources")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
        return try paths.sorted().map { path in
            let text = try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
            return SourceFile(
                module: String(path.prefix { $0 != "/" }), path: path, lines: text.components(separatedBy: "\n"))
        }
    }

    private static func imports(_ file: SourceFile) -> [String] {
        file.lines.compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            guard let index = words.firstIndex(of: "import"), index <= 1, words.count > index + 1 else { return nil }
            guard index == 0 || ["package", "internal", "private", "@testable"].contains(words[0]) else { return nil }
            return words[index + 1]
        }
    }

    @Test func `every module imports only what stands below it`() throws {
        let files = try Self.sources()
        #expect(files.count > 50)
        for file in files {
            let allowed = try #require(Self.allowed[file.module], "\(file.module) has no rule: add its line")
            for name in Self.imports(file) {
                #expect(allowed.contains(name), "\(file.path) imports \(name)")
            }
        }
    }

    @Test func `pointers stay behind the modules that hide them`() throws {
        let hiding: Set<String> = ["Crypto", "HTTP", "Threads", "Storage/SQLite", "lanyard/CommandLine"]
        for file in try Self.sources() {
            let isUnsafe = file.lines.contains { line in
                let code = line.components(separatedBy: "//")[0]
                return code.split { !$0.isLetter && $0 != "_" && $0 != "(" && $0 != "-" }.contains("unsafe")
            }
            guard isUnsafe else { continue }
            let isHidden = hiding.contains { file.path.hasPrefix($0 + "/") } || Self.exceptions.contains(file.path)
            #expect(isHidden, "\(file.path) touches pointers")
        }
    }

    /// One or two calls of the C library each.
    private static let exceptions: Set<String> = [
        "AuthorizationServer/Clock.swift", "Encoding/OctetSpan.swift", "lanyard/ConfigurationFile/LoopbackHost.swift",
        "lanyard/Demo/Site/TemporaryDirectory.swift",
    ]

    @Test func `SQL stays in Storage`() throws {
        for file in try Self.sources() where file.module != "Storage" {
            for line in file.lines {
                let isSQL = ["SELECT ", "INSERT INTO ", "DELETE FROM ", "CREATE TABLE "].contains { line.contains($0) }
                #expect(!isSQL, "\(file.path): \(line)")
            }
        }
    }

    /// AD-07: a handler that wrote by itself would not ask for its right again where it counts.
    @Test func `the administration writes by one way alone`() throws {
        let folder = "AuthorizationServer/Administration/"
        let own = ["AdministrationRequest", "AdministrationEndpoint", "RepeatedCreation"].map { folder + $0 + ".swift" }
        let files = try Self.sources().filter { $0.path.hasPrefix(folder) && !own.contains($0.path) }
        #expect(files.count > 30)
        for file in files {
            for line in file.lines { #expect(!line.contains("database.write"), "\(file.path): \(line)") }
        }
    }

    @Test func `the top level holds what the owner's card names and nothing else`() throws {
        let allowed: Set<String> = ["Package.swift", "Sources", "Tests", "Keys", "Policies", "README.md"]
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.root.path)
        for name in names where !name.hasPrefix(".") && name != "Package.resolved" {
            #expect(allowed.contains(name), "\(name) is on the top level")
        }
    }
}
