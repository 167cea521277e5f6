/// A write that waits for its turn, with the type of its answer hidden from the writer.
struct PendingWrite: Sendable {
    /// What a body came to. Nobody hears of it until the commit.
    struct Outcome: Sendable {
        let succeeded: Bool
        /// Set if storage itself failed, which may have cost the whole transaction.
        let failure: StorageError?
        /// Tells the caller: nil if the commit succeeded. A body's own error comes back as it is in either case.
        let settle: @Sendable (StorageError?) -> Void
    }

    /// Its body reaches outside the database: those who share its transaction each get a savepoint, so that none runs twice.
    let runsOnce: Bool
    /// The trace that it belongs to (W3C Trace Context); nil: none.
    let trace: String?
    let run: @Sendable (borrowing WriteTransaction) -> Outcome
    /// Tells the caller that the body was not run.
    let refuse: @Sendable (StorageError) -> Void

    init<T: Sendable>(
        once runsOnce: Bool = false, trace: String? = nil,
        _ body: @escaping @Sendable (borrowing WriteTransaction) throws -> T,
        then complete: @escaping @Sendable (Result<T, any Error>) -> Void
    ) {
        self.runsOnce = runsOnce
        self.trace = trace
        run = { transaction in
            do {
                let value = try body(transaction)
                return Outcome(succeeded: true, failure: nil) { failure in
                    if let failure { complete(.failure(failure)) } else { complete(.success(value)) }
                }
            } catch {
                return Outcome(succeeded: false, failure: error as? StorageError) { _ in complete(.failure(error)) }
            }
        }
        refuse = { complete(.failure($0)) }
    }
}
