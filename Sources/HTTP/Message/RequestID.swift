/// Names one request in logs and error pages: a random number of the loop and a count. The text is made when asked for.
struct RequestID: Sendable {
    private enum Form: Sendable {
        case numbered(loop: UInt64, count: UInt64)
        case text(String)
    }

    private let form: Form

    init(loop: UInt64, count: UInt64) { form = .numbered(loop: loop, count: count) }
    init(_ text: String) { form = .text(text) }

    /// 24 hexadecimal digits for a numbered one.
    var text: String {
        switch form {
        case .text(let text): text
        case .numbered(let loop, let count): Self.hexadecimal(loop) + Self.hexadecimal(count)
        }
    }

    /// The low 48 bits as 12 digits.
    private static func hexadecimal(_ number: UInt64) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let octets = stride(from: UInt64(44), through: 0, by: -4).map { digits[Int(number &>> $0 & 15)] }
        return String(decoding: octets, as: UTF8.self)
    }
}
