/// Names a connection for ever: its descriptor, and which of the descriptor's users it is. A late answer or event whose
/// connection has gone finds nothing, though the descriptor may be in use again.
struct ConnectionToken: Sendable, Equatable {
    let descriptor: Int32
    let generation: UInt32

    init(descriptor: Int32, generation: UInt32) {
        self.descriptor = descriptor
        self.generation = generation
    }

    /// As carried in epoll's 64 bits.
    init(_ data: UInt64) {
        descriptor = Int32(truncatingIfNeeded: data & 0xffff_ffff)
        generation = UInt32(truncatingIfNeeded: data &>> 32)
    }

    var data: UInt64 { UInt64(generation) &<< 32 | UInt64(UInt32(bitPattern: descriptor)) }
}
