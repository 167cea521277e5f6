import CSQLite

/// One prepared statement of one connection, kept for the connection's life.
@safe final class Statement {
    private let connection: OpaquePointer
    private let handle: OpaquePointer

    /// `sql` is a `StaticString`: no statement can ever be put together from data.
    init(_ sql: StaticString, on connection: OpaquePointer) throws(StorageError) {
        var prepared: OpaquePointer?
        let code = unsafe sql.utf8Start.withMemoryRebound(to: CChar.self, capacity: sql.utf8CodeUnitCount) { text in
            unsafe sqlite3_prepare_v3(
                connection, text, Int32(sql.utf8CodeUnitCount), UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        }
        guard code == SQLITE_OK, let prepared = unsafe prepared else {
            throw unsafe StorageError(code: code, connection: connection)
        }
        unsafe self.connection = connection
        unsafe handle = prepared
    }

    deinit { unsafe sqlite3_finalize(handle) }

    func bind(_ value: Int64, at index: Int32) throws(StorageError) {
        try check(unsafe sqlite3_bind_int64(handle, index, value))
    }

    func bind(_ value: String, at index: Int32) throws(StorageError) {
        var value = value
        let code = value.withUTF8 { text in
            unsafe text.withMemoryRebound(to: CChar.self) { text in
                // An empty buffer may have no address, and a null address would bind NULL.
                guard let start = text.baseAddress else { return unsafe lanyard_bind_text(handle, index, "", 0) }
                return unsafe lanyard_bind_text(handle, index, start, Int32(clamping: text.count))
            }
        }
        try check(code)
    }

    func bind(_ value: [UInt8], at index: Int32) throws(StorageError) {
        let code = unsafe value.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return unsafe sqlite3_bind_zeroblob(handle, index, 0) }
            return unsafe lanyard_bind_blob(handle, index, start, Int32(clamping: bytes.count))
        }
        try check(code)
    }

    func bindNull(at index: Int32) throws(StorageError) {
        try check(unsafe sqlite3_bind_null(handle, index))
    }

    /// Runs to the next row; false at the end. Only inside a transaction: after SQLite has rolled one back by itself
    /// (disk full, I/O error), what follows would otherwise commit statement by statement.
    func step() throws(StorageError) -> Bool {
        guard unsafe sqlite3_get_autocommit(connection) == 0 else {
            throw .io("the transaction was rolled back")
        }
        let code = unsafe sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw unsafe StorageError(code: code, connection: connection)
        }
    }

    /// Runs to the end, also outside a transaction: for BEGIN, COMMIT and what surrounds them.
    func run() throws(StorageError) {
        let code = unsafe sqlite3_step(handle)
        unsafe sqlite3_reset(handle)
        guard code == SQLITE_DONE || code == SQLITE_ROW else {
            throw unsafe StorageError(code: code, connection: connection)
        }
    }

    /// Runs to the first row and answers its first column, also outside a transaction.
    func runForInteger() throws(StorageError) -> Int64 {
        defer { reset() }
        let code = unsafe sqlite3_step(handle)
        guard code == SQLITE_ROW else { throw unsafe StorageError(code: code, connection: connection) }
        return row.integer(0)
    }

    /// Ends the run and forgets what was bound: secrets do not stay behind in the statement.
    func reset() {
        unsafe sqlite3_reset(handle)
        unsafe sqlite3_clear_bindings(handle)
    }

    var row: Row { unsafe Row(handle) }

    private func check(_ code: Int32) throws(StorageError) {
        guard code == SQLITE_OK else { throw unsafe StorageError(code: code, connection: connection) }
    }
}
