import Encoding
import JOSE
package import Storage

/// Holds the audit records to their chain, page by page: memory and each read stay small however many there are. What it has
/// seen so far is a value, so that it can go on later, or in another request.
package struct AuditVerification: Sendable {
    /// Between two pages.
    package struct Progress: Sendable, Equatable {
        var head: AuditHead
        /// Records that held, and those from before the chain.
        var checked: Int64 = 0, unchained: Int64 = 0
        /// The last record that names the anchor of what was removed.
        var anchorNamedAt: Int64?
    }

    /// The first thing that is wrong.
    package struct Finding: Sendable, Equatable {
        package let seq: Int64
        package let reason: String
    }

    package private(set) var progress: Progress?
    package private(set) var finding: Finding?
    package private(set) var isDone = false
    /// What could not be looked at, which is no finding.
    package private(set) var notes: [String] = []
    /// What vouches for the records: the newest checkpoint, and the thumbprint of its key.
    package private(set) var voucher: (number: Int64, seq: Int64, at: Int64, key: String)?
    private let hashing: AuditHashing
    private let trusted: Set<String>
    /// By the record that they sign.
    private let copies: [Int64: [AuditSeal]]
    private let through: Int64
    private let now: Int64
    private let interval: Int64

    /// `trusted`: thumbprints (RFC 7638) of the keys whose signature counts. `copies`: checkpoints that were kept elsewhere, as
    /// JWS. `through`: the last record to look at with these copies, where there are more than are handled at once; those of later
    /// records come with the next steps. `interval`: how many seconds the first checkpoint may take.
    package init(
        trusted: Set<String>, copies: [String] = [], through: Int64? = nil, progress: Progress? = nil,
        now: Int64 = Clock.system.now, interval: Int64 = AuditSettings().checkpointMinutes * 60
    ) throws(AuditVerification.BadCopy) {
        hashing = AuditHashing.standard
        self.trusted = trusted
        self.through = through ?? .max
        self.progress = progress
        self.now = now
        self.interval = interval
        var seals: [AuditSeal] = []
        for copy in copies {
            do {
                seals.append(try AuditSeal(JWS(compact: Array(copy.utf8)), .checkpoint))
            } catch {
                throw BadCopy()
            }
        }
        self.copies = Dictionary(grouping: seals, by: \.seq)
    }

    package struct BadCopy: Error {
        package init() {}
    }

    /// Looks at the next page; at the end, at what the chain should have come to.
    package mutating func step(_ source: some ReadableDatabase, limit: Int = 1000) throws(StorageError) {
        guard finding == nil, !isDone else { return }
        let page = try source.read { (transaction) throws(StorageError) in
            let anchor = try transaction.auditAnchor()
            let after = max(self.progress?.head.id ?? 0, anchor.removed)
            let found = try transaction.auditLinks(after: after, limit: limit)
            let links = found.filter { $0.id <= self.through }
            let last = links.last?.id ?? after, end = try transaction.lastAuditID()
            return Page(
                anchor: anchor, links: links, isThrough: last >= self.through || links.count < found.count,
                checkpoints: try transaction.auditCheckpoints(from: after, through: last),
                newest: try transaction.lastAuditCheckpoint(), signed: try transaction.auditCheckpointBounds(),
                first: try transaction.firstAuditID(), lastTime: try transaction.lastAuditTime(),
                numbered: try transaction.lastAuditNumber(),
                isLast: links.count == found.count && last >= end)
        }
        var progress = progress ?? Progress(head: AuditHead(id: 0, hash: hashing.genesis))
        if page.anchor.removed > progress.head.id {
            progress.head = AuditHead(id: page.anchor.removed, hash: page.anchor.hash ?? hashing.genesis)
        }
        do throws(Finding) {
            for link in page.links { try take(link, page, &progress) }
            if page.isLast {
                try finish(page, progress)
                isDone = true
            } else if page.isThrough {
                try requirePlaces(page.anchor)
            }
        } catch {
            finding = error
        }
        self.progress = progress
    }

    private struct Page {
        let anchor: AuditAnchor
        let links: [AuditLink]
        /// All that was to be looked at with these copies has been.
        let isThrough: Bool
        let checkpoints: [StoredAuditCheckpoint]
        let newest: StoredAuditCheckpoint?
        /// The first and the last record that checkpoints sign.
        let signed: ClosedRange<Int64>?
        /// The lowest number that is there.
        let first: Int64?
        let lastTime: Int64?
        /// The highest number that a record was given.
        let numbered: Int64
        let isLast: Bool
    }

    /// One record: its place, its hash, and the checkpoint that it names, which signs the one before.
    private mutating func take(_ link: AuditLink, _ page: Page, _ progress: inout Progress) throws(Finding) {
        guard link.id > page.anchor.start else {
            guard link.hash == nil else { throw Finding(link.id, "is from before the chain and has a hash") }
            progress.head = AuditHead(id: link.id, hash: hashing.genesis)
            progress.unchained &+= 1
            return try requireCopies(progress.head)
        }
        let expected = max(progress.head.id, page.anchor.start) &+ 1
        guard link.id == expected else { throw Finding(expected, "is missing; the next one there is \(link.id)") }
        guard let hash = link.hash else { throw Finding(link.id, "has no hash") }
        guard hash == hashing.hash(link, after: progress.head.hash) else {
            throw Finding(link.id, "does not fit its hash: it, or its place in the order, has changed")
        }
        let checkpoint = page.checkpoints.first { $0.seq == progress.head.id }
        if let checkpoint { try requireSound(checkpoint, progress.head, page.anchor) }
        try requireNamed(checkpoint, by: link)
        progress.head = AuditHead(id: link.id, hash: hash)
        progress.checked &+= 1
        try requireCopies(progress.head)
        if link.action == AuditEvent.auditRemoved.rawValue, let statement = page.anchor.statement,
            link.detail.hasSuffix(statement.digest)
        {
            progress.anchorNamedAt = link.id
        }
        if link.action == AuditEvent.auditForeignCheckpoint.rawValue {
            notes.append("record \(link.id) says that \(link.detail), which the server did not have")
        }
    }

    private func requireCopies(_ head: AuditHead) throws(Finding) {
        for copy in copies[head.id] ?? [] where copy.hash != head.hash {
            throw Finding(head.id, "is not what the copy of checkpoint \(copy.number) signs")
        }
    }

    /// A checkpoint is followed by the record that names it, and such a record follows its checkpoint.
    private func requireNamed(_ checkpoint: StoredAuditCheckpoint?, by link: AuditLink) throws(Finding) {
        let isNaming = link.action == AuditEvent.auditCheckpoint.rawValue
        guard let checkpoint else {
            if isNaming { throw Finding(link.id, "names a checkpoint that is not there (\(link.detail))") }
            return
        }
        guard isNaming, link.detail == "checkpoint \(checkpoint.number) \(checkpoint.statement.digest)" else {
            throw Finding(checkpoint.seq, "is signed by checkpoint \(checkpoint.number), which no record names")
        }
    }

    private func requireSound(
        _ checkpoint: StoredAuditCheckpoint, _ head: AuditHead, _ anchor: AuditAnchor
    ) throws(Finding) {
        let seal = try read(checkpoint).seal
        let expected = AuditSeal(
            kind: .checkpoint, number: checkpoint.number, seq: head.id, hash: head.hash, at: checkpoint.at,
            count: head.id &- anchor.start, start: anchor.start)
        guard seal == expected else {
            throw Finding(checkpoint.seq, "is not what checkpoint \(checkpoint.number) signs")
        }
    }

    private func read(
        _ checkpoint: StoredAuditCheckpoint
    ) throws(Finding) -> (seal: AuditSeal, thumbprint: String) {
        do throws(AuditSeal.Trouble) {
            return try AuditSeal.read(checkpoint.statement, .checkpoint)
        } catch {
            throw Finding(checkpoint.seq, "has a checkpoint, \(checkpoint.number), that \(error.reason)")
        }
    }

    /// After the last record. What the newest checkpoint signs vouches for all before it, whatever keys they were signed with: only
    /// its own key has to be one that is trusted.
    private mutating func finish(_ page: Page, _ progress: Progress) throws(Finding) {
        let last = progress.head.id
        if let first = page.first, first <= max(0, page.anchor.removed) {
            throw Finding(first, "is where no record can be, and is in no chain")
        }
        if let newest = page.newest {
            guard newest.seq < last else {
                throw Finding(last &+ 1, "is missing: checkpoint \(newest.number) signs records up to \(newest.seq)")
            }
            let (seal, key) = try read(newest)
            guard trusted.contains(key) else {
                throw Finding(
                    newest.seq, "is signed by checkpoint \(newest.number) with the key \(key), which is not trusted")
            }
            try requireBeginning(seal, page)
            voucher = (newest.number, newest.seq, newest.at, key)
        } else if let time = page.lastTime {
            guard now.subtracting(seconds: time).magnitude < interval.magnitude else {
                throw Finding(last, "is the last one, and no checkpoint has ever been signed")
            }
            notes.append("no checkpoint has been signed yet")
        }
        guard page.numbered <= last else {
            throw Finding(last &+ 1, "is missing: numbers up to \(page.numbered) have been given out")
        }
        for copy in seals where copy.seq > last {
            throw Finding(
                last &+ 1, "is missing: the copy of checkpoint \(copy.number) signs records up to \(copy.seq)")
        }
        try requirePlaces(page.anchor)
        try requireAnchor(page, progress)
    }

    /// In the order of what they sign.
    private var seals: [AuditSeal] { copies.values.joined().sorted { $0.seq < $1.seq } }

    /// The copies are of this chain, those too that sign what has been removed.
    private mutating func requirePlaces(_ anchor: AuditAnchor) throws(Finding) {
        for copy in seals where copy.start != anchor.start || copy.seq < copy.start {
            throw Finding(copy.seq, "is in a chain that begins elsewhere by the copy of checkpoint \(copy.number)")
        }
        guard anchor.removed > 0 else { return }
        for copy in seals where copy.seq < anchor.removed {
            notes.append("checkpoint \(copy.number) signs records that have been removed")
        }
        for copy in seals where copy.seq == anchor.removed && copy.hash != anchor.hash {
            throw Finding(anchor.removed, "is not what the copy of checkpoint \(copy.number) signs")
        }
    }

    /// Nothing is left out of the chain, and no checkpoint out of the comparison, by where the chain is said to begin.
    private func requireBeginning(_ newest: AuditSeal, _ page: Page) throws(Finding) {
        let anchor = page.anchor
        guard newest.start == anchor.start else {
            throw Finding(
                anchor.start, "is not the last one before the chain: the newest checkpoint says \(newest.start)")
        }
        guard let signed = page.signed, signed.lowerBound >= max(anchor.start, anchor.removed),
            signed.upperBound == newest.seq
        else { throw Finding(newest.seq, "is not the last one that is signed, or checkpoints sign what is not there") }
    }

    private func requireAnchor(_ page: Page, _ progress: Progress) throws(Finding) {
        let anchor = page.anchor
        guard anchor.removed > 0 else { return }
        guard let statement = anchor.statement else {
            throw Finding(anchor.removed, "and all before it are gone, and nothing is signed in their place")
        }
        let (seal, key): (AuditSeal, String)
        do throws(AuditSeal.Trouble) {
            (seal, key) = try AuditSeal.read(statement, .anchor)
        } catch {
            throw Finding(anchor.removed, "and all before it are gone, and the anchor in their place \(error.reason)")
        }
        guard seal.seq == anchor.removed, seal.hash == anchor.hash, seal.count == anchor.count,
            seal.start == anchor.start
        else { throw Finding(anchor.removed, "and all before it are gone, and the anchor signs something else") }
        let isNamed = (progress.anchorNamedAt ?? .max) <= (page.newest?.seq ?? 0)
        guard isNamed || trusted.contains(key) else {
            throw Finding(anchor.removed, "and all before it are gone, by the key \(key), which is not trusted")
        }
    }
}

extension AuditVerification.Finding: Error {
    fileprivate init(_ seq: Int64, _ reason: String) { self.init(seq: seq, reason: reason) }
}
