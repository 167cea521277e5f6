import Encoding
import JOSE

/// Checkpoints that were kept elsewhere, each once, in the order of the records that they sign.
struct CheckpointCopies: Sendable {
    /// So many as one request takes.
    struct Batch: Sendable, Equatable {
        let copies: [String]
        /// The last record that they sign; nil: there are no more.
        let through: Int64?
    }

    private let copies: [(seq: Int64, jws: String)]

    /// A request may have 1 MiB, and has more in it than these.
    static let octets = 1 << 19

    init(_ texts: [String]) throws(CommandFailure) {
        var copies: [(seq: Int64, jws: String)] = []
        for text in Set(texts) {
            guard let jws = try? JWS(compact: Array(text.utf8)),
                let seq = (try? JSON(parsing: jws.payload))?["seq"]?.integerValue
            else { throw .failed("\(text.prefix(40)): is not a checkpoint as the log has them") }
            copies.append((seq, text))
        }
        self.copies = copies.sorted { ($0.seq, $0.jws) < ($1.seq, $1.jws) }
    }

    var all: [String] { copies.map(\.jws) }

    /// What signs the same record stays together: it is looked at once.
    func batches(of most: Int = octets) throws(CommandFailure) -> [Batch] {
        var batches: [Batch] = []
        var batch: [String] = []
        var (size, last) = (0, Int64?.none)
        for copy in copies {
            let octets = copy.jws.utf8.count + 3
            if size + octets > most, !batch.isEmpty {
                guard let through = last, through != copy.seq else {
                    throw .failed("there are more checkpoints of record \(copy.seq) than can be looked at")
                }
                batches.append(Batch(copies: batch, through: through))
                (batch, size) = ([], 0)
            }
            batch.append(copy.jws)
            size += octets
            last = copy.seq
        }
        return batches + [Batch(copies: batch, through: nil)]
    }
}
