import COpenSSL

/// Why a cryptographic operation was not done.
package enum CryptoError: Error, Equatable {
    /// OpenSSL refused, with its own words: for the log, never for a caller over the network.
    case library(String)
    case invalidKey(String)
    case invalidSignature
    case unsupported(String)
    case randomFailed
    /// The machine has none left for it now.
    case outOfMemory
}

extension CryptoError {
    /// The oldest entry of this thread's OpenSSL error queue, under the name of the call that failed. Empties the queue,
    /// so that the entry cannot be taken for the reason of a later failure. Memory that is missing goes before any other reason.
    static func fromQueue(_ call: StaticString) -> CryptoError {
        let code = ERR_get_error()
        var next = code
        while next != 0 {
            guard lanyard_is_out_of_memory(next) == 0 else {
                ERR_clear_error()
                return .outOfMemory
            }
            next = ERR_get_error()
        }
        guard code != 0 else { return .library("\(call)") }
        var text = [CChar](repeating: 0, count: 256)
        unsafe ERR_error_string_n(code, &text, text.count)
        let octets = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return .library("\(call): \(String(decoding: octets, as: UTF8.self))")
    }
}
