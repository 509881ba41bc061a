import Records

extension NewMemory {
    /// The memory with topics and participants trimmed and without repetition, checked against the limits.
    /// - Throws: ``MemoryError`` `invalid`, naming the field and the limit.
    func normalized() throws(MemoryError) -> NewMemory {
        var memory = self
        try Self.check(content, "memory", maximumBytes: MemoryBounds.contentBytes)
        guard content.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
            throw MemoryError(.invalid, "memory is required and must not be blank")
        }
        memory.topics = try Self.labels(topics, "topics", mergesCase: false)
        memory.participants = try Self.labels(participants, "participants", mergesCase: true)
        if let place = location?.trimmed {
            try Self.check(place, "location", maximumBytes: MemoryBounds.locationBytes)
            memory.location = place.isEmpty ? nil : place
        }
        let metadataBytes = metadata.isEmpty ? 0 : JSONValue.object(metadata).canonical.utf8.count
        guard metadataBytes <= MemoryBounds.metadataBytes else {
            throw MemoryError(
                .invalid, "metadata has \(metadataBytes) bytes; the limit is \(MemoryBounds.metadataBytes)")
        }
        guard !JSONValue.object(metadata).holdsNUL else {
            throw MemoryError(.invalid, "metadata must not contain U+0000")
        }
        if let importance { try Self.check(importance, "importance") }
        try Self.check(relevance, "relevance")
        memory.kind = kind ?? .fact
        return memory
    }

    private static func check(_ text: String, _ field: String, maximumBytes: Int) throws(MemoryError) {
        guard text.utf8.count <= maximumBytes else {
            throw MemoryError(.invalid, "\(field) has \(text.utf8.count) bytes; the limit is \(maximumBytes)")
        }
        guard !text.utf8.contains(0) else { throw MemoryError(.invalid, "\(field) must not contain U+0000") }
    }

    private static func check(_ number: Double, _ field: String) throws(MemoryError) {
        guard (0...1).contains(number) else { throw MemoryError(.invalid, "\(field) must be between 0 and 1") }
    }

    private static func labels(_ list: [String], _ field: String, mergesCase: Bool) throws(MemoryError) -> [String] {
        if list.isEmpty { return [] }
        guard list.count <= MemoryBounds.labels else {
            throw MemoryError(.invalid, "\(field) has \(list.count) elements; the limit is \(MemoryBounds.labels)")
        }
        var seen: Set<[UInt8]> = []
        var result: [String] = []
        for element in list {
            let label = element.trimmed
            try check(label, field, maximumBytes: MemoryBounds.labelBytes)
            let identity = Array((mergesCase ? label.lowercased() : label).utf8)
            if !label.isEmpty, seen.insert(identity).inserted { result.append(label) }
        }
        return result
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return first == scalars.startIndex && scalars.index(after: last) == scalars.endIndex
            ? self : String(self[first...last])
    }
}

extension MemoryUpdate {
    /// The memory that results, not yet checked.
    func applied(to memory: Memory) -> NewMemory {
        func apply<T>(_ update: FieldUpdate<T>, _ old: T?) -> T? {
            switch update {
            case .keep: old
            case .set(let new): new
            case .clear: nil
            }
        }
        return NewMemory(
            content ?? memory.content, topics: topics ?? memory.topics, kind: kind ?? memory.kind,
            type: type ?? memory.type, eventTime: apply(eventTime, memory.eventTime),
            participants: participants ?? memory.participants, location: apply(location, memory.location),
            metadata: metadata ?? memory.metadata, importance: apply(importance, memory.importance),
            relevance: relevance ?? memory.relevance, expiresAt: apply(expiresAt, memory.expiresAt), vector: vector)
    }
}
