#if MongoDB
    import Foundation
    import Records

    /// Makes deletions physical as far as a server lets its clients.
    struct Scrubbing {
        let connection: MongoConnection
        let shape: StoreShape

        /// Compacts the collections while there is time.
        /// - Returns: What remains, by name.
        /// - Throws: ``StoreError`` `unavailable`.
        func run(within seconds: Double) throws(StoreError) -> [String] {
            let end = Date(timeIntervalSinceNow: seconds)
            let collections = shape.layouts.values.map(\.collection).sorted() + shape.bookkeeping.all
            var left: [String] = []
            for collection in collections {
                if Date() < end, try compact(collection) { continue }
                left.append(collection)
            }
            // A checkpoint, so that the journal before it can go. A user without the right to it may still scrub.
            let hasCheckpoint = try isDone(["fsync": 1], in: "admin")
            var remaining = [
                "the oplog of every member, until it rolls over", "data files of secondaries, until each is compacted",
                "backups",
            ]
            if !hasCheckpoint { remaining.append("the journal, until the next checkpoint") }
            if !left.isEmpty {
                remaining.append("free blocks in the data files of \(left.joined(separator: ", "))")
            }
            return remaining
        }

        /// Gives the blocks of deleted documents back; false where the server or the user's rights do not allow it.
        private func compact(_ collection: String) throws(StoreError) -> Bool {
            try isDone(["compact": .text(collection), "force": true], in: nil)
        }

        private func isDone(_ command: Document, in database: String?) throws(StoreError) -> Bool {
            do throws(StoreError) {
                try connection.run(command, in: database)
                return true
            } catch {
                guard let failure = error.failure, failure.isServer, !failure.isInterruption else { throw error }
                return false
            }
        }
    }
#endif
