/// A head that was read to its empty line: ranges into its octets, nothing copied yet.
struct RequestHead: ~Copyable {
    let line: RequestLine
    let framing: FramingFields
    let fields: [Headers.Field]
    /// Where the head ends and the body begins.
    let end: Int
    /// The authority asked for.
    let host: Range<Int>

    /// RFC 9112 §9.3: HTTP/1.0 connections are closed, since nothing tells how proxies before this one understand them.
    var keepsAlive: Bool { line.minorVersion == 1 && !framing.wantsClose }
}
