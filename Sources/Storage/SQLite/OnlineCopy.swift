import CSQLite

extension Connection {
    /// Writes what this connection's transaction sees into `destination`, page by page, with SQLite's online backup. Others
    /// may write meanwhile: the transaction that is held here keeps the view, so that the copy never begins anew.
    ///
    /// `progress` is told how many pages are done, and of how many.
    func copy(
        to destination: Connection, progress: (_ done: Int, _ all: Int) -> Void
    ) throws(StorageError) {
        guard let backup = unsafe sqlite3_backup_init(destination.handle, "main", handle, "main") else {
            throw unsafe StorageError(
                code: sqlite3_extended_errcode(destination.handle), connection: destination.handle)
        }
        var code = SQLITE_OK
        while code == SQLITE_OK {
            code = unsafe sqlite3_backup_step(backup, Self.pagesAtOnce)
            let all = Int(unsafe sqlite3_backup_pagecount(backup))
            progress(all - Int(unsafe sqlite3_backup_remaining(backup)), all)
        }
        let finished = unsafe sqlite3_backup_finish(backup)
        guard code == SQLITE_DONE else { throw unsafe StorageError(code: code, connection: destination.handle) }
        guard finished == SQLITE_OK else { throw unsafe StorageError(code: finished, connection: destination.handle) }
    }

    /// 4 MB.
    private static let pagesAtOnce: Int32 = 1024
}
