import Crypto
import JOSE

/// A look at the keys' folder that changes nothing: for somebody who wants to know whether a server would start.
package enum KeyExamination {
    /// How many keys there are. Throws what would stop the start, in a line that names the file.
    package static func count(_ configuration: Configuration) throws -> Int {
        let folder = KeyFolder(
            path: configuration.keysDirectory,
            passphrases: KeyPassphrases(
                current: configuration.keyPassphrase, previous: configuration.previousKeyPassphrases))
        guard let names = try? PrivateFile.names(in: folder.path) else { return 0 }
        let files = names.filter { $0.hasSuffix(".pem") }
        for name in files { try folder.examine(name) }
        return files.count
    }
}
