import Glibc

extension Span<UInt8> {
    /// Where the octet is first, looked for from `start` on. By `memchr`, which looks at 32 octets at a time.
    package func firstIndex(of octet: UInt8, from start: Int = 0) -> Int? {
        guard start < count else { return nil }
        let part = extracting(start..<count)
        return unsafe part.withUnsafeBytes { octets -> Int? in
            guard let base = octets.baseAddress else { return nil }
            guard let found = unsafe memchr(base, Int32(octet), octets.count) else { return nil }
            return unsafe UnsafeRawPointer(found) - base + start
        }
    }

    package func contains(_ octet: UInt8) -> Bool { firstIndex(of: octet) != nil }

    /// Eight octets from `offset` on, the first of them lowest. All of them must be there.
    func word(at offset: Int) -> UInt64 {
        UInt64(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Not for secrets: it ends at the first difference.
    package func hasSameOctets(as other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        return unsafe withUnsafeBytes { left in
            unsafe other.withUnsafeBytes { right in
                guard let left = left.baseAddress, let right = right.baseAddress else { return true }
                return unsafe memcmp(left, right, count) == 0
            }
        }
    }

    /// A hash that nobody outside this process can foretell. Equal octets have equal ones; compare the octets too.
    package var seededHash: Int {
        var hasher = Hasher()
        unsafe withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        return hasher.finalize()
    }
}
