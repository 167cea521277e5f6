/// The trace across systems (W3C Trace Context §3.2.2.3) that the present task belongs to. It goes along with a request to
/// wherever that leads, so that nothing in between has to hand it on, and nothing can forget to.
package enum CurrentTrace {
    @TaskLocal package static var id: String?
}
