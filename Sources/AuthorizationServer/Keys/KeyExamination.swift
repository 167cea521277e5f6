import Crypto
import JOSE

/// A look at the keys' folder that changes nothing: for somebody who wants to know whether a server would start.
package enum KeyExamination {
    /// How many keys there are. Throws what would stop the start, in a line that names the file.
    package static func count(_ configuration: Configuration) throws -> Int {
        let folder = KeyFolder(path: configuration.keysDirectory)
        guard (try? PrivateFile.names(in: folder.path)) != nil else { return 0 }
        return try folder.examine(
            KeyPassphrases(current: configuration.keyPassphrase, previous: configuration.previousKeyPassphrases))
    }
}
