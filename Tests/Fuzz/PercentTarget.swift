import Encoding

extension Target {
    /// RFC 3986 §2.1, and the segments of our own paths.
    static let percent = Target(name: "percent") { octets in
        if let decoded = PercentEncoding.decodeBytes(octets) {
            require(decoded.count <= octets.count, "nothing grows when it is decoded")
            require(octets.contains(UInt8(ascii: "%")) || decoded == octets, "what is not escaped is itself")
        }
        guard let text = String(strictUTF8: octets) else { return }
        _ = PathSegment.decode(text)
        let encoded = PercentEncoding.encode(text)
        require(encoded.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "what is encoded is visible ASCII")
        require(PercentEncoding.decode(encoded)?.hasSameOctets(as: text) == true, "what was encoded decodes")
        let segment = PercentEncoding.decode(PathSegment.encode(text)).flatMap(PathSegment.decode)
        require(segment?.hasSameOctets(as: text) == true, "what was made a segment is read from it")
    }
}
