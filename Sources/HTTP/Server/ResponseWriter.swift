/// Puts answers into octets, one behind the other in one buffer that is used again and again.
struct ResponseWriter {
    private var date = DateLine()

    /// Appends an answer. `now` is in seconds. A field with CR, LF or NUL, or a name that is no token, makes the
    /// answer a 500 with nothing of it left (HT-10). False in that case.
    @discardableResult
    mutating func append(
        _ response: Response, to output: inout [UInt8], omitsBody: Bool, closes: Bool, now: Int64
    ) -> Bool {
        let start = output.count
        if appendUnchecked(response, to: &output, omitsBody: omitsBody, closes: closes, now: now) { return true }
        output.removeSubrange(start...)
        let failure = Response.text(500, "The answer could not be written.")
        _ = appendUnchecked(failure, to: &output, omitsBody: omitsBody, closes: closes, now: now)
        return false
    }

    private mutating func appendUnchecked(
        _ response: Response, to output: inout [UInt8], omitsBody: Bool, closes: Bool, now: Int64
    ) -> Bool {
        guard (200...599).contains(response.status), response.fields.areClean else { return false }
        Self.appendStatusLine(response.status, to: &output)
        date.append(to: &output, now: now)
        output.append(contentsOf: response.fields.octets)
        // RFC 9110 §8.6: no Content-Length in 204, and none that lies in 304.
        let hasBody = response.status != 204 && response.status != 304
        if hasBody {
            output.append("Content-Length: ")
            output.append(decimal: response.body.count)
            output.append("\r\n")
        }
        output.append(closes ? "Connection: close\r\n\r\n" : "\r\n")
        if hasBody, !omitsBody { output.append(contentsOf: response.body) }
        return true
    }

    private static func appendStatusLine(_ status: Int, to output: inout [UInt8]) {
        if let line = StatusLine.text(status) { return output.append(line) }
        output.append("HTTP/1.1 ")
        output.append(decimal: status)
        output.append(" \r\n")
    }
}

extension [UInt8] {
    @inline(__always)
    mutating func append(_ text: StaticString) {
        unsafe append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(decimal number: Int) {
        var divisor = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(truncatingIfNeeded: 0x30 + number / divisor % 10))
            divisor /= 10
        }
    }
}
