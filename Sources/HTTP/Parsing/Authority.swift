import CLinux
import Glibc

/// RFC 9110 §7.2, RFC 3986 §3.2: a host and perhaps a port. Octets that are not a host never go further (HT-02).
enum Authority {
    static func isValid(_ octets: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard !range.isEmpty, range.count <= 255 + 6 else { return false }
        guard let hostEnd = hostEnd(octets, range) else { return false }
        if hostEnd == range.upperBound { return true }
        guard octets[hostEnd] == 0x3a else { return false }
        return isPort(octets, (hostEnd &+ 1)..<range.upperBound)
    }

    private static func hostEnd(_ octets: Span<UInt8>, _ range: Range<Int>) -> Int? {
        if octets[range.lowerBound] == 0x5b {
            var end = range.lowerBound &+ 1
            while end < range.upperBound, octets[end] != 0x5d { end &+= 1 }
            guard end < range.upperBound else { return nil }
            let address = octets.text((range.lowerBound &+ 1)..<end)
            return address.utf8.contains(0x3a) && IPAddress(address) != nil ? end &+ 1 : nil
        }
        var end = range.lowerBound
        while end < range.upperBound, OctetSet.hostName.contains(octets[end]) { end &+= 1 }
        return end > range.lowerBound ? end : nil
    }

    private static func isPort(_ octets: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard (1...5).contains(range.count) else { return false }
        var port = 0
        for index in range {
            guard octets[index].isDigit else { return false }
            port = port &* 10 &+ Int(octets[index] &- 0x30)
        }
        return port <= 65_535
    }
}
