#if SQLite
    internal import CSQLite
    import Records
    import RelationalRecords

    /// How sqlite-vec (https://alexgarcia.xyz/sqlite-vec/api-reference.html) searches the vectors of a store: they are
    /// stored in the form that its functions take, so a search is exact and needs no table beside the records.
    enum SQLiteVectors {
        static let search = SQLDialect.NearestVectors(
            definition: { _, _, _ in [] }, settings: [],
            order: { column, dimensions in
                // A vector of zeros has no direction: its distance is null there, and one here.
                ("length(\(column)) = \(4 * dimensions)", "ifnull(vec_distance_cosine(\(column), ?), 1)")
            })
    }

    extension SQLiteConnection {
        /// Loads sqlite-vec from its library; SQL itself may load nothing.
        /// - Throws: ``StoreError`` `unsupported`.
        func loadVectorExtension(_ path: String) throws(StoreError) {
            sqlite3_enable_load_extension(handle, 1)
            defer { sqlite3_enable_load_extension(handle, 0) }
            guard sqlite3_load_extension(handle, path, nil, nil) == SQLITE_OK else {
                throw StoreError(.unsupported, "vector-extension: \(path) cannot be loaded into SQLite")
            }
            do throws(StoreError) {
                // One library may be mistaken for another.
                let probe = "SELECT vec_distance_cosine(x'0000803f00000000', x'000000000000803f')"
                try query([SQLCall(SQLText(dynamic: probe))]) { (_, _) throws(StoreError) in }
            } catch {
                throw StoreError(.unsupported, "vector-extension: \(path) is not sqlite-vec", underlying: error)
            }
        }
    }
#endif
