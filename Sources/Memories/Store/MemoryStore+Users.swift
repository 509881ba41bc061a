import Records

extension MemoryStore {
    /// The users of an app, in no particular order: everybody who owns anything in the store, memories or not.
    /// - Throws: ``MemoryError`` `unsupported` where the store cannot list its partitions, `invalid`, `unavailable`.
    /// - Complexity: O(users of the app).
    package func users(of app: String) async throws(MemoryError) -> [String] {
        guard let records = records as? any EnumerableStore else {
            throw MemoryError(.unsupported, "this store cannot list the users of an app")
        }
        try Scope(app: app, user: "any").validate()
        let prefix = Partition.escape(app) + "/"
        var users: [String] = []
        do throws(StoreError) {
            // A longer name is hashed whatever the user.
            if prefix.utf8.count < 512 {
                for partition in try await Self.partitions(of: records, beginningWith: prefix) {
                    let rest = String(decoding: partition.name.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
                    if let user = Partition.unescape(rest) { users.append(user) }
                }
            }
            // A hashed name does not say whose it is; its records do.
            for partition in try await Self.partitions(of: records, beginningWith: "#") {
                let query = Query(MemoryRecords.memory.name, limit: 1, fields: ["app_id", "user_id"])
                guard let record = try await records.read(.query(query), in: partition).records.first ?? nil,
                    case .text(let owner) = record.values[MemoryField.appID.rawValue], owner.hasSameBytes(as: app),
                    case .text(let user) = record.values[MemoryField.userID.rawValue]
                else { continue }
                users.append(user)
            }
        } catch {
            throw MemoryError(error)
        }
        return users
    }

    private static func partitions(
        of records: any EnumerableStore, beginningWith prefix: String
    ) async throws(StoreError) -> [Partition] {
        var found: [Partition] = []
        var last = Partition(prefix)
        while true {
            let page = try await records.partitions(after: last, limit: 1_000)
            let matching = page.prefix { $0.name.utf8.starts(with: prefix.utf8) }
            found += matching
            guard matching.count == 1_000, let end = matching.last else { return found }
            last = end
        }
    }
}
