import CSQLite

/// A value that can take the place of a `?` in a statement.
protocol Bindable {
    func bind(to statement: Statement, at index: Int32) throws(StorageError)
}

extension Int64: Bindable {
    func bind(to statement: Statement, at index: Int32) throws(StorageError) { try statement.bind(self, at: index) }
}

extension Int: Bindable {
    func bind(to statement: Statement, at index: Int32) throws(StorageError) {
        try statement.bind(Int64(self), at: index)
    }
}

extension String: Bindable {
    func bind(to statement: Statement, at index: Int32) throws(StorageError) { try statement.bind(self, at: index) }
}

extension [UInt8]: Bindable {
    func bind(to statement: Statement, at index: Int32) throws(StorageError) { try statement.bind(self, at: index) }
}

extension SecretHash: Bindable {
    func bind(to statement: Statement, at index: Int32) throws(StorageError) { try statement.bind(bytes, at: index) }
}

extension Optional: Bindable where Wrapped: Bindable {
    func bind(to statement: Statement, at index: Int32) throws(StorageError) {
        guard let self else { return try statement.bindNull(at: index) }
        try self.bind(to: statement, at: index)
    }
}
