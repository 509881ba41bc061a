#if MongoDB
    import Records

    /// A partition's head document.
    struct PartitionHead: Sendable, Equatable {
        /// The newest stamp.
        var stamp: Int64 = 0
        /// What the last transaction called itself: tells a commit whose answer was lost, and guards the next.
        var token: Int64 = 0
        /// How many deletions the feed remembers, by type.
        var deletions: [String: Int64] = [:]
        /// The stamp that the feed no longer reaches behind, by type.
        var horizons: [String: Int64] = [:]
        /// Whether there is a document.
        var isStored = false

        init() {}

        /// - Throws: ``StoreError`` `corrupted`.
        init(_ document: Document) throws(StoreError) {
            guard let stamp = document["stamp"]?.integer, let token = document["token"]?.integer else {
                throw StoreError(.corrupted, "a partition's head is damaged")
            }
            self.stamp = stamp
            self.token = token
            for (type, value) in document["deletions"]?.document?.fields ?? [] { deletions[type] = value.integer }
            for (type, value) in document["horizons"]?.document?.fields ?? [] { horizons[type] = value.integer }
            isStored = true
        }

        /// Everything but `_id`.
        var document: Document {
            var document: Document = ["stamp": .int64(stamp), "token": .int64(token)]
            for (name, numbers) in [("deletions", deletions), ("horizons", horizons)] where !numbers.isEmpty {
                var values = Document()
                for (type, number) in numbers.sorted(by: { $0.key < $1.key }) { values.append(type, .int64(number)) }
                document.append(name, .document(values))
            }
            return document
        }
    }
#endif
