import Encoding

/// One address that the server listens at.
enum ListenSetting: Sendable, Equatable {
    /// The files of a certificate chain and its key, both PEM.
    struct TLSFiles: Sendable, Equatable {
        let certificate: String
        let key: String
    }

    case tcp(host: String, port: UInt16, tls: TLSFiles?)
    case unix(path: String)

    /// Anyone who reaches the machine could read what is said there.
    var isPublicWithoutTLS: Bool {
        guard case .tcp(let host, _, nil) = self else { return false }
        return !LoopbackHost.contains(host)
    }

    var hasTLS: Bool {
        guard case .tcp(_, _, let tls) = self else { return false }
        return tls != nil
    }

    /// As people write it: `127.0.0.1:8080`, `[::1]:8080`, `unix:/run/lanyard.sock`.
    var text: String {
        switch self {
        case .tcp(let host, let port, _): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}

extension ListenSetting {
    /// From the environment: the form of `text`.
    init(text: String, paths: PathBase) throws(SettingProblems) {
        if text.hasPrefix("unix:"), text.count > 5 {
            self = .unix(path: paths.resolve(String(text.dropFirst(5))))
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw SettingProblems("must be host:port, [IPv6]:port or unix:PATH")
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            throw SettingProblems("an IPv6 address is written in brackets: [::1]:8080")
        }
        self = .tcp(host: try Self.address(.string(host)), port: port, tls: nil)
    }

    /// From the file: `{"host", "port", "tls": {"certificate", "key"}}` or `{"unix"}`.
    init(_ json: JSON, paths: PathBase) throws(SettingProblems) {
        var members = try MemberReader(json)
        let unix = members.text("unix")
        let host = members.value("host", Self.address)
        let port = members.integer("port", in: 0...65_535)
        let tls = members.value("tls") { (json) throws(SettingProblems) in try TLSFiles(json, paths: paths) }
        if unix != nil, members.hasAny(of: ["host", "port", "tls"]) {
            members.refuse("unix", "stands alone, without host, port and tls")
        } else if unix == nil {
            for name in ["host", "port"] { members.require(name) }
        }
        try members.finish()
        if let unix {
            self = .unix(path: paths.resolve(unix))
        } else {
            self = .tcp(host: host ?? "", port: UInt16(clamping: port ?? 0), tls: tls)
        }
    }
}

extension ListenSetting {
    /// The address of a host: IP addresses, and the one name that means the same everywhere.
    private static func address(_ json: JSON) throws(SettingProblems) -> String {
        let host = try SettingValue.text(json)
        if host == "localhost" { return "127.0.0.1" }
        guard LoopbackHost.isAddress(host) else {
            throw SettingProblems("must be an IP address (0.0.0.0 or :: for all of the machine) or localhost")
        }
        return host
    }
}

extension ListenSetting.TLSFiles {
    init(_ json: JSON, paths: PathBase) throws(SettingProblems) {
        var members = try MemberReader(json)
        let certificate = members.text("certificate")
        let key = members.text("key")
        for name in ["certificate", "key"] { members.require(name) }
        try members.finish()
        self.init(certificate: paths.resolve(certificate ?? ""), key: paths.resolve(key ?? ""))
    }
}
