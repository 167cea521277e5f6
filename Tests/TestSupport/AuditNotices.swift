package import AuthorizationServer
import Encoding
import Synchronization

/// What a server told its log of the audit records.
package final class AuditNotices: Sendable {
    private let kept = Mutex<[AuditNotice]>([])

    package init() {}

    package var all: [AuditNotice] { kept.withLock { $0 } }
    package var troubles: [String] { all.filter(\.isTrouble).compactMap { $0.members["error"]?.stringValue } }

    package func add(_ notice: AuditNotice) { kept.withLock { $0.append(notice) } }
}
