import Encoding

/// The `Date` line, made anew only when the second has changed.
struct DateLine {
    private var second = Int64.min
    private var line: [UInt8] = []

    mutating func append(to output: inout [UInt8], now: Int64) {
        if now != second {
            line = Array("Date: \(Timestamp.httpDate(now))\r\n".utf8)
            second = now
        }
        output.append(contentsOf: line)
    }
}
