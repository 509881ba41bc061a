#if MongoDB
    import Records

    /// What the evaluation of batches reads of a partition, all of it from one snapshot.
    protocol PartitionSource {
        /// The records of these keys; those that are not stored are missing.
        func records(_ keys: [Key]) throws(StoreError) -> [Record]
        /// The records that hold these unique keys.
        func holders(_ unique: [UniqueKey]) throws(StoreError) -> [Record]
        /// The values of these counters; those that were never changed are missing.
        func counters(_ names: [String]) throws(StoreError) -> [String: Int64]
        /// The receipts of these batch ids that are still remembered.
        func receipts(_ ids: [UInt64]) throws(StoreError) -> [UInt64: Receipt]
    }

    /// The values of one unique key of a type, none of them null.
    struct UniqueKey: Hashable {
        var type: String
        /// Which of the type's unique keys.
        var place: Int
        var values: [Value]
    }

    extension Schema.Table {
        /// The unique keys that these values hold.
        func uniqueKeys(of values: [Value]) -> [UniqueKey] {
            type.unique.enumerated().compactMap { place, names in
                var held: [Value] = []
                for name in names {
                    guard let position = positions[name], !values[position].isNull else { return nil }
                    held.append(values[position])
                }
                return UniqueKey(type: type.name, place: place, values: held)
            }
        }
    }
#endif
