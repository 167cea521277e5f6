import CLinux
import Glibc

/// The kernel's list of descriptors a loop watches, level-triggered. Each is registered with 64 bits of the caller's.
final class Epoll: Sendable {
    /// What has become possible on a descriptor.
    struct Event {
        let data: UInt64
        let isReadable: Bool
        let isWritable: Bool
        /// Both directions have ended, or the connection has failed.
        let isBroken: Bool

        init(_ event: epoll_event) {
            unsafe data = event.data.u64
            let events = unsafe event.events
            isReadable = events & lanyard_epoll_in != 0
            isWritable = events & lanyard_epoll_out != 0
            isBroken = events & lanyard_epoll_broken != 0
        }
    }

    /// What to watch for.
    struct Interest: OptionSet {
        let rawValue: UInt32
        static var reading: Interest { Interest(rawValue: lanyard_epoll_in) }
        static var writing: Interest { Interest(rawValue: lanyard_epoll_out) }
    }

    /// Where the kernel puts events. Owned by the thread that waits.
    @safe struct Room {
        fileprivate var events = unsafe [epoll_event](repeating: epoll_event(), count: 256)
    }

    private let descriptor: Int32

    init() throws(ServerError) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw ServerError.system(call: "epoll_create1", code: errno) }
    }

    deinit { close(descriptor) }

    /// False if the kernel has no room for it.
    func add(_ watched: Int32, _ interest: Interest, data: UInt64) -> Bool {
        lanyard_epoll_control(descriptor, EPOLL_CTL_ADD, watched, interest.rawValue, data) == 0
    }

    func change(_ watched: Int32, _ interest: Interest, data: UInt64) {
        _ = lanyard_epoll_control(descriptor, EPOLL_CTL_MOD, watched, interest.rawValue, data)
    }

    func remove(_ watched: Int32) {
        _ = lanyard_epoll_control(descriptor, EPOLL_CTL_DEL, watched, 0, 0)
    }

    /// Waits until something happens, at most `milliseconds` (-1: for ever), and puts it into `list`.
    func wait(milliseconds: Int32, _ room: inout Room, into list: inout [Event]) {
        list.removeAll(keepingCapacity: true)
        unsafe room.events.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            // -1 is EINTR: nothing has happened.
            let count = unsafe epoll_wait(descriptor, base, Int32(clamping: buffer.count), milliseconds)
            for index in 0..<max(0, Int(count)) { unsafe list.append(Event(buffer[index])) }
        }
    }
}
