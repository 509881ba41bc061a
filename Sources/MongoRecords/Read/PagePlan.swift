#if MongoDB
    import Records

    /// How a page is found: one query and one sort, which a declared index answers in order.
    struct PagePlan {
        let query: Query
        /// Nil for a survey.
        let partition: Partition?
        /// The position of the order field; nil for key order.
        let orderPosition: Int?
        let sort: Document
        /// The places that the page may come from, all in one order: each is a range of the same index.
        private let ranges: [Document]

        init(_ query: Query, _ layout: CollectionLayout, _ partition: Partition?) throws(StoreError) {
            self.query = query
            self.partition = partition
            let start = try query.after?.position(of: query, in: partition)
            let direction: BSON = query.isDescending ? -1 : 1
            let beyond = query.isDescending ? "$lt" : "$gt"
            guard case .field(let name) = query.order, let place = layout.table.positions[name] else {
                orderPosition = nil
                sort = ["_id": direction]
                if let start { try Self.check(start, nil, layout, isSurvey: partition == nil) }
                ranges = [Self.keyRange(partition ?? Partition(""), start, query.isDescending)]
                return
            }
            orderPosition = place
            let order = layout.orderName(name)
            sort = [order: direction, "_id": direction]
            let present: Document = [order: ["$gte": FieldCoding.least(layout.type.fields[place].kind)]]
            let missing: Document = [order: .null]
            guard var start else {
                // Missing values sort first by themselves; a survey leaves them out.
                ranges = [partition == nil ? present : [:]]
                return
            }
            try Self.check(start, place, layout, isSurvey: partition == nil)
            let value = layout.orderValue(name, start.removeFirst())
            var owner = partition
            if partition == nil, case .text(let name) = start.removeFirst() { owner = Partition(name) }
            let identifier = BSON.text(KeyText.identifier(owner ?? Partition(""), start))
            let ties: Document = [order: value ?? .null, "_id": [beyond: identifier]]
            switch (value, query.isDescending) {
            case (.some(let value), false): ranges = [ties, [order: ["$gt": value]]]
            case (.some(let value), true):
                ranges = partition == nil ? [ties, [order: ["$lt": value]]] : [ties, [order: ["$lt": value]], missing]
            case (nil, false): ranges = [ties, present]
            case (nil, true): ranges = [ties]
            }
        }

        /// The query of a page with what the engine evaluates of the filter.
        func find(_ filter: Document) -> Document {
            var base = Document()
            if let partition { base.append("partition", .text(partition.name)) }
            // Each range has the whole condition, so that the planner can merge ordered walks of one index.
            let complete = ranges.map { Document.all(of: [base, $0, filter]) }
            return complete.count == 1 ? complete[0] : ["$or": .array(complete.map(BSON.document))]
        }

        /// The cursor after a record.
        func cursor(after record: Record, _ owner: Partition) -> Cursor {
            var position: [Value] = []
            if let orderPosition { position.append(record.values[orderPosition]) }
            if partition == nil { position.append(.text(owner.name)) }
            position += record.values.prefix(record.keyCount)
            return Cursor(after: position, of: query, in: partition)
        }

        /// A partition's stretch of `_id`, or what of it lies beyond a key.
        static func keyRange(_ partition: Partition, _ key: [Value]? = nil, _ isDescending: Bool = false) -> Document {
            let start = BSON.text(KeyText.start(of: partition))
            let end = BSON.text(KeyText.end(of: partition))
            guard let key else { return ["_id": ["$gte": start, "$lt": end]] }
            let identifier = BSON.text(KeyText.identifier(partition, key))
            return ["_id": isDescending ? ["$gte": start, "$lt": identifier] : ["$gt": identifier, "$lt": end]]
        }

        /// Checks that a cursor's position has the shape of this order, so that a damaged one is refused.
        private static func check(
            _ position: [Value], _ order: Int?, _ layout: CollectionLayout, isSurvey: Bool
        ) throws(StoreError) {
            let damaged = StoreError(.invalid, "after: the cursor is damaged")
            var fields: [Field] = []
            if let order { fields.append(layout.type.fields[order]) }
            if isSurvey { fields.append(Field("partition", .text(maximumBytes: 512))) }
            fields.append(contentsOf: layout.type.fields.prefix(layout.type.keyCount))
            guard position.count == fields.count else { throw damaged }
            for (place, value) in position.enumerated() {
                guard !value.isNull || (place == 0 && order != nil && !isSurvey) else { throw damaged }
                do { try fields[place].check(value) } catch { throw damaged }
            }
        }
    }
#endif
