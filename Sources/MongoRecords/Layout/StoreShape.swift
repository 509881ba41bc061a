#if MongoDB
    import Records

    /// What is prepared: the types, their collections, and the collections beside them.
    struct StoreShape: Sendable {
        var schema = Schema()
        var layouts: [String: CollectionLayout] = [:]
        let bookkeeping: Bookkeeping
        let keptDeletions: Int
        /// Types and fields that have an index of the engine's own vector search.
        var vectorIndexes: Set<String> = []

        init(_ configuration: MongoConfiguration) {
            bookkeeping = Bookkeeping(prefix: configuration.collectionPrefix)
            keptDeletions = configuration.keptDeletions
        }

        /// With these types beside, or in the place of, those of the same name.
        func adding(_ types: [RecordType], prefix: String) throws(StoreError) -> StoreShape {
            var merged: [String: RecordType] = [:]
            for table in schema.tables.values { merged[table.type.name] = table.type }
            for type in types { merged[type.name] = type }
            var shape = self
            shape.schema = try Schema(Array(merged.values))
            for type in types {
                shape.layouts[type.name] = CollectionLayout(try shape.schema.table(type.name), prefix: prefix)
            }
            return shape
        }
    }

    extension StoreShape {
        /// Reads over a connection.
        func reader(_ connection: MongoConnection, concern: String?) -> SnapshotReader {
            SnapshotReader(
                connection: connection, layouts: layouts, bookkeeping: bookkeeping, concern: concern,
                vectorIndexes: vectorIndexes)
        }
    }
#endif
