import CSQLite

/// One connection to the file. Many references, one thread at a time: whoever shares it says how that is kept.
@safe package final class Connection {
    /// What a connection is for decides how it is set up.
    enum Purpose {
        case reading, writing
        /// To look at a file, or copy it, that others may have open: through no memory map, for a damaged file may be shorter
        /// than it says.
        case inspecting
        /// The same of a file that must not even be locked, by an address of its own (`file:…?immutable=1`).
        case examining
    }

    /// What SQLite is told once, before its first use in the process.
    private static let isConfigured = lanyard_count_no_memory() == SQLITE_OK

    /// For this folder's files alone.
    let handle: OpaquePointer
    /// Prepared statements by the address of their text, which for a literal never changes.
    private var statements: [UInt: Statement] = [:]

    /// The file must exist: one that was taken away is an error, never a new empty database.
    init(path: String, for purpose: Purpose, busyMilliseconds: Int32) throws(StorageError) {
        let access = purpose == .examining ? SQLITE_OPEN_READONLY | SQLITE_OPEN_URI : SQLITE_OPEN_READWRITE
        let flags = access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE
        _ = Self.isConfigured
        var opened: OpaquePointer?
        let code = unsafe sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let opened = unsafe opened else {
            let error = unsafe StorageError(code: code, connection: opened)
            unsafe sqlite3_close_v2(opened)
            throw error
        }
        unsafe handle = opened
        // First of all: what follows may already meet a lock.
        unsafe sqlite3_busy_timeout(handle, busyMilliseconds)
        unsafe sqlite3_wal_autocheckpoint(handle, 0)
        _ = unsafe lanyard_configure(handle, SQLITE_DBCONFIG_DEFENSIVE, 1)
        _ = unsafe lanyard_configure(handle, SQLITE_DBCONFIG_DQS_DML, 0)
        _ = unsafe lanyard_configure(handle, SQLITE_DBCONFIG_DQS_DDL, 0)
        try execute("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON;")
        guard purpose != .examining else { return }
        try execute("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 67108864;")
        switch purpose {
        case .reading: try execute("PRAGMA query_only = ON; PRAGMA mmap_size = 268435456;")
        case .inspecting: try execute("PRAGMA query_only = ON;")
        // Pages that a savepoint keeps are records too: in memory, never in a file of the system's temporary folder.
        case .writing: try execute("PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY;")
        case .examining: break
        }
    }

    deinit {
        statements.removeAll()
        unsafe sqlite3_close_v2(handle)
    }

    /// Runs a script of statements that answer nothing: settings and migrations.
    func execute(_ script: StaticString) throws(StorageError) {
        let code = unsafe sql(script) { unsafe sqlite3_exec(handle, $0, nil, nil, nil) }
        guard code == SQLITE_OK else { throw unsafe StorageError(code: code, connection: handle) }
    }

    /// Runs BEGIN, COMMIT and the like.
    func control(_ sql: StaticString) throws(StorageError) { try statement(sql).run() }

    /// The first row the statement answers, or nil.
    func first<T, each V: Bindable>(
        _ sql: StaticString, _ values: repeat each V, read: (borrowing Row) throws(StorageError) -> T
    ) throws(StorageError) -> T? {
        let statement = try statement(sql)
        defer { statement.reset() }
        try bind(repeat each values, to: statement)
        return try statement.step() ? try read(statement.row) : nil
    }

    /// Every row the statement answers.
    func all<T, each V: Bindable>(
        _ sql: StaticString, _ values: repeat each V, read: (borrowing Row) throws(StorageError) -> T
    ) throws(StorageError) -> [T] {
        let statement = try statement(sql)
        defer { statement.reset() }
        try bind(repeat each values, to: statement)
        var rows: [T] = []
        while try statement.step() { rows.append(try read(statement.row)) }
        return rows
    }

    /// Runs an INSERT, UPDATE or DELETE and answers how many rows it changed.
    @discardableResult
    func run<each V: Bindable>(_ sql: StaticString, _ values: repeat each V) throws(StorageError) -> Int {
        let statement = try statement(sql)
        defer { statement.reset() }
        try bind(repeat each values, to: statement)
        while try statement.step() {}
        return Int(unsafe sqlite3_changes64(handle))
    }

    /// Runs an INSERT and answers the new row's number.
    func insert<each V: Bindable>(_ sql: StaticString, _ values: repeat each V) throws(StorageError) -> Int64 {
        try run(sql, repeat each values)
        return unsafe sqlite3_last_insert_rowid(handle)
    }

    /// A number the database answers about itself, inside a transaction or not.
    func pragma(_ sql: StaticString) throws(StorageError) -> Int64 {
        let statement = try statement(sql)
        return try statement.runForInteger()
    }

    /// Bounds the size of the file: beyond it, writes fail as they do on a full disk.
    func limit(pages: Int) throws(StorageError) { try set("max_page_count", to: pages) }

    /// The number of the last migration that ran; part of the transaction.
    func setVersion(_ version: Int) throws(StorageError) { try set("user_version", to: version) }

    /// A PRAGMA takes no `?`. The only text made at run time, of a literal and a number.
    private func set(_ setting: StaticString, to value: Int) throws(StorageError) {
        let code = unsafe sqlite3_exec(handle, "PRAGMA \(setting) = \(value)", nil, nil, nil)
        guard code == SQLITE_OK else { throw unsafe StorageError(code: code, connection: handle) }
    }

    /// True between BEGIN and COMMIT, and false once SQLite has rolled back by itself.
    var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

    /// Moves with every row that is inserted, changed or deleted, by triggers and foreign keys as well; never back.
    var changes: Int64 { unsafe sqlite3_total_changes64(handle) }

    /// How many pages went to the write-ahead log since the last call.
    func takePagesWritten() -> Int {
        var pages: Int32 = 0
        var highest: Int32 = 0
        unsafe sqlite3_db_status(handle, SQLITE_DBSTATUS_CACHE_WRITE, &pages, &highest, 1)
        return Int(pages)
    }

    /// Copies pages from the write-ahead log into the file; `truncating` also waits for all and empties the log.
    func checkpoint(truncating: Bool = false) throws(StorageError) -> (logged: Int, copied: Int) {
        let mode = truncating ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE
        var logged: Int32 = 0
        var copied: Int32 = 0
        let code = unsafe sqlite3_wal_checkpoint_v2(handle, nil, mode, &logged, &copied)
        guard code == SQLITE_OK || code & 0xFF == SQLITE_BUSY else {
            throw unsafe StorageError(code: code, connection: handle)
        }
        return (Int(logged), Int(copied))
    }

    private func bind<each V: Bindable>(_ values: repeat each V, to statement: Statement) throws(StorageError) {
        var index: Int32 = 0
        for value in repeat each values {
            index += 1
            try value.bind(to: statement, at: index)
        }
    }

    private func statement(_ sql: StaticString) throws(StorageError) -> Statement {
        let address = unsafe UInt(bitPattern: sql.utf8Start)
        if let known = statements[address] { return known }
        let prepared = unsafe try Statement(sql, on: handle)
        statements[address] = prepared
        return prepared
    }

    private func sql(_ script: StaticString, _ body: (UnsafePointer<CChar>) -> Int32) -> Int32 {
        unsafe script.utf8Start.withMemoryRebound(to: CChar.self, capacity: script.utf8CodeUnitCount, body)
    }
}

extension StorageError {
    /// What SQLite's result code means to a caller.
    init(code: Int32, connection: OpaquePointer?) {
        let message = unsafe String(cString: sqlite3_errmsg(connection))
        switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED: self = .busy
        case SQLITE_FULL: self = .full
        case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM: self = .io("\(message) (\(code))")
        case SQLITE_CORRUPT, SQLITE_NOTADB: self = .corrupt("\(message); restore the last backup")
        case SQLITE_CONSTRAINT: self = .conflict(message)
        default: self = .library(code: code, message: message)
        }
    }
}
