extension Schema {
    /// One row. The triggers keep a mistake of ours from letting an outdated decision pass for a new one.
    static let policyEpoch: StaticString = """
        CREATE TABLE policy_epoch (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            epoch INTEGER NOT NULL
        ) STRICT;
        INSERT INTO policy_epoch (id, epoch) VALUES (1, 0);
        CREATE TRIGGER policy_epoch_only_rises BEFORE UPDATE ON policy_epoch WHEN new.epoch <= old.epoch
        BEGIN SELECT RAISE(ABORT, 'the policy epoch never goes back'); END;
        CREATE TRIGGER policy_epoch_stays BEFORE DELETE ON policy_epoch
        BEGIN SELECT RAISE(ABORT, 'the policy epoch never goes back'); END;
        """
}

extension Reading where Self: ~Copyable {
    /// Rises with every change of what anybody may do: of policies, role assignments and groups. What was made of them at
    /// one epoch holds as long as it stands, but for assignments whose time begins or ends meanwhile.
    package func policyEpoch() throws(StorageError) -> Int64 {
        guard let epoch = try connection.first("SELECT epoch FROM policy_epoch", read: { $0.integer(0) }) else {
            throw .corrupt("the policy epoch is missing")
        }
        return epoch
    }
}

extension WriteTransaction {
    /// In the transaction of the change itself, so that nobody ever sees the one without the other.
    func raisePolicyEpoch() throws(StorageError) {
        guard try connection.run("UPDATE policy_epoch SET epoch = epoch + 1") == 1 else {
            throw .corrupt("the policy epoch is missing")
        }
    }
}
