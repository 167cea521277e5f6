import Storage

extension Reading where Self: ~Copyable {
    /// Who is meant where a query says `user`: by name, or by `sub`.
    func user(meant text: String) throws(StorageError) -> StoredUser? {
        if let user = try user(usernameKey: Username.key(text)) { return user }
        return try user(sub: text)
    }

    func username(_ id: Int64?) throws(StorageError) -> String? {
        try id.flatMap { (id) throws(StorageError) in try user(id: id)?.username }
    }
}
