/// Hears of every request when its answer is written. It is asked on the event loop, between two requests: it must cost next
/// to nothing and never wait.
package protocol RequestObserver: Sendable {
    /// `route`: its place in the router's table; nil where no route answered. `nanoseconds`: from the request's last octet to
    /// its answer. `loop`: which event loop, from 0, for those who count in several places so as to share none.
    func finished(route: Int?, status: Int, nanoseconds: Int64, loop: Int)
}
