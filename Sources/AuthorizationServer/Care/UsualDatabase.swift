import Crypto
package import Storage

extension DatabaseOptions {
    /// As the server opens its database.
    package static var usual: DatabaseOptions { DatabaseOptions(sha256: { Digest.sha256($0) }) }
}
