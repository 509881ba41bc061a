#if MongoDB
    import Records

    /// Indexes of the engine's own vector search (https://www.mongodb.com/docs/atlas/atlas-vector-search/), which a
    /// deployment has or has not: Atlas, or one with mongot beside it.
    struct VectorIndexes {
        let connection: MongoConnection

        /// What the server says that has none: unknown command, not supported, search not enabled.
        private static let absences: Set<UInt32> = [59, 115, 31_082]
        /// IndexAlreadyExists.
        private static let isThere: UInt32 = 68

        /// How a field's index is known here.
        static func name(_ type: String, _ field: String) -> String { "\(type).\(field)" }

        /// The index's name in the engine.
        static func index(_ field: String) -> String { "vector_" + field }

        /// Creates an index for each vector field of one dimension; answers those that there are then.
        func create(_ layouts: [CollectionLayout]) throws(StoreError) -> Set<String> {
            var names: Set<String> = []
            for layout in layouts {
                for field in layout.type.fields {
                    guard case .vector(let dimensions?) = field.kind else { continue }
                    guard try create(field.name, dimensions, layout.collection) else { return [] }
                    names.insert(Self.name(layout.type.name, field.name))
                }
            }
            return names
        }

        private func create(_ field: String, _ dimensions: Int, _ collection: String) throws(StoreError) -> Bool {
            let vector: BSON = [
                "type": "vector", "path": .text(field), "numDimensions": .int32(Int32(clamping: dimensions)),
                "similarity": "cosine",
            ]
            let definition: BSON = ["fields": [vector, ["type": "filter", "path": "partition"]]]
            do throws(StoreError) {
                try connection.run([
                    "createSearchIndexes": .text(collection),
                    "indexes": [
                        ["name": .text(Self.index(field)), "type": "vectorSearch", "definition": definition]
                    ],
                ])
                return true
            } catch {
                guard let failure = error.failure, failure.isServer else { throw error }
                if failure.code == Self.isThere { return true }
                if Self.absences.contains(failure.code) { return false }
                throw error
            }
        }
    }

    extension SnapshotReader {
        /// The most candidates that the engine looks at.
        private static let maximumCandidates = 10_000

        /// The nearest records by the engine's index, scored again and filtered here; nil where the index alone cannot
        /// say which they are: it answered nothing (it may still be building), or the filter left too few of as many as
        /// it was asked for.
        func engineNearest(
            _ query: Query, _ field: String, _ vector: [Float], _ layout: CollectionLayout, _ partition: Partition
        ) throws(StoreError) -> Page? {
            let wanted = min(Self.maximumCandidates, query.limit * 4 + 50)
            let positions = try layout.positions(Array(query.filter.fields) + [field])
            let place = try layout.table.position(of: field)
            let compiled = try CompiledFilter(query.filter, layout.table)
            let search: BSON = [
                "index": .text(VectorIndexes.index(field)), "path": .text(field),
                "queryVector": .array(vector.map { .double(Double($0)) }),
                "numCandidates": .int32(Int32(min(Self.maximumCandidates, wanted * 10))),
                "limit": .int32(Int32(wanted)), "filter": ["partition": .text(partition.name)],
            ]
            let pipeline: [Document] = [
                ["$vectorSearch": search], ["$project": .document(layout.projection(positions))],
            ]
            var found = 0
            var best: [(score: Double, key: Key)] = []
            // The search has a read concern of its own.
            try connection.aggregate(pipeline, of: layout.collection, concern: nil) { (document) throws(StoreError) in
                found += 1
                let record = try layout.record(document, positions)
                if case .vector(let stored) = record.values[place], stored.count == vector.count,
                    compiled.accepts(record)
                {
                    best.append((Cosine.similarity(vector, stored), record.key))
                }
                return true
            }
            guard found > 0, best.count >= query.limit || found < wanted else { return nil }
            best.keepNearest(query.limit)
            return try page(of: best, query, partition)
        }
    }
#endif
