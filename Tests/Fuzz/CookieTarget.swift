import Encoding
import HTTP

extension Target {
    /// RFC 6265 §4.2: a line for each Cookie field. A value is only believed where nobody else could have set it.
    static let cookie = Target(name: "cookie") { octets in
        let lines = octets.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
        let request = Request(method: .get, path: "/", headers: Headers(lines.map { ("Cookie", $0) }))
        let prefix = Array("a=".utf8)
        let values = lines.flatMap { $0.utf8.split(separator: UInt8(ascii: ";")) }
            .map { $0.drop { $0 == 0x20 || $0 == 0x09 } }
            .filter { $0.starts(with: prefix) }
            .map { Array($0.dropFirst(prefix.count)) }
        let expected = Set(values).count == 1 ? values.first : nil
        require(request.cookie("a").map { Array($0.utf8) } == expected, "one cookie has one value")
    }
}
