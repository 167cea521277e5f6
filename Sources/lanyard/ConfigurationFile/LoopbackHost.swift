import Glibc
import SMART

/// Which hosts never leave this machine.
enum LoopbackHost {
    /// `localhost`, 127.0.0.0/8 and ::1, and nothing that merely begins so.
    static func contains(_ host: String) -> Bool {
        if host.lowercased() == "localhost" { return true }
        if let octets = octets(of: host, family: AF_INET, count: 4) { return octets[0] == 127 }
        guard let octets = octets(of: host, family: AF_INET6, count: 16) else { return false }
        return octets == [UInt8](repeating: 0, count: 15) + [1]
    }

    /// What is said with this URL cannot be read by others: https anywhere, http only on this machine.
    static func protects(_ url: String) -> Bool {
        guard let uri = AbsoluteURI(url), let host = uri.authority?.host else { return false }
        return uri.scheme == "https" || contains(host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host)
    }

    /// An IP address, which alone can be listened at.
    static func isAddress(_ text: String) -> Bool {
        octets(of: text, family: AF_INET, count: 4) != nil || octets(of: text, family: AF_INET6, count: 16) != nil
    }

    private static func octets(of host: String, family: Int32, count: Int) -> [UInt8]? {
        var octets = [UInt8](repeating: 0, count: count)
        let status = unsafe octets.withUnsafeMutableBytes { unsafe inet_pton(family, host, $0.baseAddress) }
        return status == 1 ? octets : nil
    }
}
