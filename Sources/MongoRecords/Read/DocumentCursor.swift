#if MongoDB
    import Records

    /// A `find` as it is sent, and its documents, batch by batch.
    struct Finding {
        var collection: String
        var filter: Document
        var sort = Document()
        var projection = Document()
        /// The most documents; 0 for all.
        var limit = 0
        /// The most documents in an answer; the server sends fewer where they are large.
        var batch = 1_000
    }

    extension MongoConnection {
        /// Visits the documents that a query finds until `visit` is false.
        /// - Parameter concern: The read concern outside transactions; nil inside one.
        func find(
            _ finding: Finding, concern: String?, _ visit: (Document) throws(StoreError) -> Bool
        ) throws(StoreError) {
            var command: Document = ["find": .text(finding.collection), "filter": .document(finding.filter)]
            if !finding.sort.isEmpty { command.append("sort", .document(finding.sort)) }
            if !finding.projection.isEmpty { command.append("projection", .document(finding.projection)) }
            if finding.limit > 0 { command.append("limit", .int64(Int64(finding.limit))) }
            let batch = finding.limit > 0 ? min(finding.batch, finding.limit) : finding.batch
            command.append("batchSize", .int32(Int32(clamping: batch)))
            if let concern { command.append("readConcern", ["level": .text(concern)]) }
            try walk(try run(command, isRetried: true), finding.collection, batch, visit)
        }

        /// Visits the documents of an aggregation.
        func aggregate(
            _ pipeline: [Document], of collection: String, concern: String?,
            _ visit: (Document) throws(StoreError) -> Bool
        ) throws(StoreError) {
            var command: Document = [
                "aggregate": .text(collection), "pipeline": .array(pipeline.map(BSON.document)), "cursor": [:],
            ]
            if let concern { command.append("readConcern", ["level": .text(concern)]) }
            try walk(try run(command, isRetried: true), collection, 1_000, visit)
        }

        /// The first document that a query finds.
        func first(_ finding: Finding, concern: String?) throws(StoreError) -> Document? {
            var finding = finding
            finding.limit = 1
            var found: Document?
            try find(finding, concern: concern) { (document) throws(StoreError) in
                found = document
                return false
            }
            return found
        }

        private func walk(
            _ reply: Document, _ collection: String, _ batch: Int, _ visit: (Document) throws(StoreError) -> Bool
        ) throws(StoreError) {
            var documents = reply["cursor"]?.document?["firstBatch"]?.array
            var identifier = reply["cursor"]?.document?["id"]?.integer ?? 0
            while true {
                guard let found = documents else { throw MongoFailure.damagedReply.storeError }
                for value in found {
                    guard let document = value.document else { throw MongoFailure.damagedReply.storeError }
                    if try !visit(document) {
                        if identifier != 0 { forget(identifier, collection) }
                        return
                    }
                }
                if identifier == 0 { return }
                let next = try run([
                    "getMore": .int64(identifier), "collection": .text(collection),
                    "batchSize": .int32(Int32(clamping: batch)),
                ])
                documents = next["cursor"]?.document?["nextBatch"]?.array
                identifier = next["cursor"]?.document?["id"]?.integer ?? 0
            }
        }

        /// Lets the server free a cursor; one that it does not hear of ends by itself, so a failure says nothing.
        private func forget(_ identifier: Int64, _ collection: String) {
            guard !isInTransaction else { return }
            _ = try? run(["killCursors": .text(collection), "cursors": [.int64(identifier)]])
        }
    }
#endif
