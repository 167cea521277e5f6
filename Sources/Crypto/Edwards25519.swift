/// The encoded points of Ed25519 (RFC 8032 §5.1.2): y in little-endian, with the sign of x in the highest bit.
enum Edwards25519 {
    static let keyOctets = 32
    static let signatureOctets = 64

    /// OpenSSL takes any 32 octets for a key. Refused here: a y that is not below the field's prime (RFC 8032 §5.1.3), and
    /// the points of small order, under which a signature of zeros is valid for message after message. What is no point at
    /// all verifies nothing.
    static func requireSound(_ point: [UInt8]) throws(CryptoError) {
        guard point.count == keyOctets else { throw .invalidKey("x must have \(keyOctets) octets") }
        let y = Array(point.reversed())  // big-endian, as they compare
        let magnitude = y.prefix(1).map { $0 & 0x7f } + y.dropFirst()
        guard magnitude.lexicographicallyPrecedes(prime) else { throw .invalidKey("y is not below the field's prime") }
        guard !smallOrders.contains(magnitude) else { throw .invalidKey("a point of small order") }
    }

    /// p = 2²⁵⁵ − 19, big-endian.
    private static let prime: [UInt8] = [0x7f] + [UInt8](repeating: 0xff, count: 30) + [0xed]

    /// The y of the eight points whose order divides the cofactor: of order 1, 2, 4 and 8, big-endian.
    private static let smallOrders: [[UInt8]] = [
        [UInt8](repeating: 0, count: 31) + [1],
        [0x7f] + [UInt8](repeating: 0xff, count: 30) + [0xec],
        [UInt8](repeating: 0, count: 32),
        [
            0x05, 0xfc, 0x53, 0x6d, 0x88, 0x02, 0x38, 0xb1, 0x39, 0x33, 0xc6, 0xd3, 0x05, 0xac, 0xdf, 0xd5,
            0xf0, 0x98, 0xef, 0xf2, 0x89, 0xf4, 0xc3, 0x45, 0xb0, 0x27, 0xb2, 0xc2, 0x8f, 0x95, 0xe8, 0x26,
        ],
        [
            0x7a, 0x03, 0xac, 0x92, 0x77, 0xfd, 0xc7, 0x4e, 0xc6, 0xcc, 0x39, 0x2c, 0xfa, 0x53, 0x20, 0x2a,
            0x0f, 0x67, 0x10, 0x0d, 0x76, 0x0b, 0x3c, 0xba, 0x4f, 0xd8, 0x4d, 0x3d, 0x70, 0x6a, 0x17, 0xc7,
        ],
    ]
}
