import Owners
import Records

extension Owner {
    /// - Throws: ``GraphError`` `invalid`, naming the part and the limit.
    func checkForGraph() throws(GraphError) {
        try GraphBounds.check(app, "app", GraphBounds.ownerBytes)
        try GraphBounds.check(user, "user", GraphBounds.ownerBytes)
    }
}

extension NewEntity {
    /// - Throws: ``GraphError`` `invalid`, naming the field and the limit.
    func validate() throws(GraphError) {
        try GraphBounds.check(name: name, "name")
        try GraphBounds.check(type, "type", GraphBounds.typeBytes)
        try GraphBounds.check(aliases: aliases)
        try GraphBounds.check(description, "description", GraphBounds.textBytes, mayBeEmpty: true)
        try GraphBounds.check(properties: properties)
    }
}

extension EntityUpdate {
    /// - Throws: ``GraphError`` `invalid`, naming the field and the limit.
    func validate() throws(GraphError) {
        if let name { try GraphBounds.check(name: name, "name") }
        if let type { try GraphBounds.check(type, "type", GraphBounds.typeBytes) }
        if let aliases { try GraphBounds.check(aliases: aliases) }
        if let description {
            try GraphBounds.check(description, "description", GraphBounds.textBytes, mayBeEmpty: true)
        }
        try GraphBounds.check(properties: properties.mapValues { $0.applied(to: nil) ?? .null })
    }
}

extension EntityQuery {
    /// - Throws: ``GraphError`` `invalid`, naming the field and the limit.
    func validate() throws(GraphError) {
        if let name { try GraphBounds.check(name: name, "name") }
        if let type { try GraphBounds.check(type, "type", GraphBounds.typeBytes) }
        try GraphBounds.check(count: limit, "limit", 1...GraphBounds.page)
    }
}

extension NewRelation {
    /// - Throws: ``GraphError`` `invalid`, naming the field and the limit.
    func validate() throws(GraphError) {
        try GraphBounds.check(id: source, "source")
        try GraphBounds.check(id: target, "target")
        guard !source.hasSameBytes(as: target) else {
            throw GraphError(.invalid, "target must be another entity than source")
        }
        try GraphBounds.check(kind, "kind", GraphBounds.kindBytes)
        try GraphBounds.check(fact, "fact", GraphBounds.textBytes, mayBeEmpty: true)
        try GraphBounds.check(properties: properties)
        try GraphBounds.check(elements: episodes.count, "episodes", GraphBounds.episodes)
        for episode in episodes { try GraphBounds.check(episode, "an episode", GraphBounds.episodeBytes) }
        if let validFrom, let validUntil, validUntil <= validFrom {
            throw GraphError(.invalid, "validUntil must be after validFrom")
        }
    }
}

extension RelationQuery {
    /// - Throws: ``GraphError`` `invalid`, naming the field and the limit.
    func validate() throws(GraphError) {
        if let entity { try GraphBounds.check(id: entity, "entity") }
        try GraphBounds.check(kinds: kinds)
        try GraphBounds.check(count: limit, "limit", 1...GraphBounds.page)
    }
}

extension GraphWalk {
    /// - Throws: ``GraphError`` `invalid`, naming the field and the limit.
    func validate() throws(GraphError) {
        guard (1...GraphBounds.starts).contains(start.count) else {
            throw GraphError(
                .invalid, "start must have 1 to \(GraphBounds.starts) entities, not \(start.count)")
        }
        for id in start { try GraphBounds.check(id: id, "an entity of start") }
        try GraphBounds.check(count: depth, "depth", 1...GraphBounds.depth)
        try GraphBounds.check(kinds: kinds)
        try GraphBounds.check(count: limit, "limit", 1...GraphBounds.walkRelations)
    }
}
