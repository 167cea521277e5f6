import AuthorizationServer
import Synchronization

/// Where a running server reads the passphrases of its keys anew. SIGHUP can name another place.
final class KeyPassphraseSource: Sendable {
    private let setting: Mutex<KeyPassphraseSetting>

    init(_ setting: KeyPassphraseSetting) { self.setting = Mutex(setting) }

    func change(to other: KeyPassphraseSetting) { setting.withLock { $0 = other } }

    /// What the files and the program say now.
    func read() throws(KeyStoreFailure) -> KeyPassphrases { try setting.withLock { $0 }.read() }
}
