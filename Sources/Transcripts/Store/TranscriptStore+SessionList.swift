import Records

extension TranscriptStore {
    /// The owner's sessions, a page at a time.
    /// - Throws: ``TranscriptError`` `invalid`, `unavailable`.
    /// - Complexity: O(page + skipped + log sessions); nothing is skipped for order, status and time.
    public func sessions(
        matching query: SessionQuery = SessionQuery(), in owner: Owner
    ) async throws(TranscriptError) -> SessionPage {
        try owner.validate()
        var request = try request(query)
        if request.after == nil {
            request.after = start(of: request, from: query.from, through: query.through, in: owner.partition)
        }
        var page = SessionPage(sessions: [])
        while true {
            let found = try await read([.query(request)], in: owner.partition)[0]
            try take(found, into: &page)
            request.limit = query.limit - page.sessions.count
            guard let next = found.next, request.limit > 0 else { return page }
            request.after = next
        }
    }

    /// The sessions of all owners, of one application where it is named. Complete, but no snapshot.
    /// - Throws: ``TranscriptError`` `invalid`, `unavailable`.
    /// - Complexity: O(page + skipped + log sessions); of a status by last activity nothing is skipped.
    public func surveySessions(
        matching query: SessionQuery = SessionQuery(), app: String? = nil
    ) async throws(TranscriptError) -> SessionPage {
        try Check.identifier(app, "app")
        var request = try request(query, app: app)
        var page = SessionPage(sessions: [])
        while true {
            let found = try await survey(request)
            try take(found.page, into: &page)
            request.limit = query.limit - page.sessions.count
            guard let next = found.page.next, request.limit > 0 else { return page }
            request.after = next
        }
    }

    /// The sessions of an id, of whatever owner: none, one, or several where owners chose the same id.
    /// - Throws: ``TranscriptError`` `invalid`, `unavailable`.
    /// - Complexity: O(log sessions + found).
    public func findSessions(_ id: String, app: String? = nil) async throws(TranscriptError) -> [Session] {
        try Check.identifier(id, "session")
        try Check.identifier(app, "app")
        var filter = [SessionField.equal(.id, id)]
        if let app { filter.append(SessionField.equal(.app, app)) }
        var request = Query(SessionField.recordType, .and(filter), order: .field(SessionField.createdAt.rawValue))
        var page = SessionPage(sessions: [])
        while true {
            let found = try await survey(request)
            try take(found.page, into: &page)
            guard let next = found.page.next else { return page.sessions }
            request.after = next
        }
    }

    func survey(_ query: Query) async throws(TranscriptError) -> SurveyPage {
        do {
            return try await records.survey(query)
        } catch {
            throw TranscriptError(error)
        }
    }

    private func take(_ found: Page, into page: inout SessionPage) throws(TranscriptError) {
        let time = configuration.clock()
        for case let record? in found.records {
            let session = try StoredSession(record).session
            if !session.isExpired(at: time) { page.sessions.append(session) }
        }
        page.next = found.next
    }

    private func request(_ query: SessionQuery, app: String? = nil) throws(TranscriptError) -> Query {
        try Check.limit(query.limit)
        try Check.identifier(query.agent, "agent")
        try Check.labels(query.labels)
        var filter: [Filter] = []
        if let app { filter.append(SessionField.equal(.app, app)) }
        if let status = query.status { filter.append(SessionField.equal(.status, status.rawValue)) }
        if let agent = query.agent { filter.append(SessionField.equal(.agent, agent)) }
        filter += labelFilters(query.labels, SessionField.labels.rawValue)
        filter += timeFilters(query.from, query.through, query.order.rawValue)
        return Query(
            SessionField.recordType, .and(filter), order: .field(query.order.rawValue),
            isDescending: query.isDescending,
            limit: query.limit, after: query.after)
    }

    func labelFilters(_ labels: [String: String], _ field: String) -> [Filter] {
        // Sorted, because a cursor belongs to the filter as it is spelled.
        labels.sorted { $0.key.compareBytes($1.key) < 0 }.map { .equal(FieldPath(field, [$0.key]), .text($0.value)) }
    }

    func timeFilters(_ from: Timestamp?, _ through: Timestamp?, _ field: String) -> [Filter] {
        var filters: [Filter] = []
        if let from { filters.append(.not(.less(FieldPath(field), .init(from)))) }
        if let through { filters.append(.atMost(FieldPath(field), .init(through))) }
        return filters
    }

    /// Where a query of a time range begins, so that what lies before it is not read.
    func start(of query: Query, from: Timestamp?, through: Timestamp?, in partition: Partition) -> Cursor? {
        // A key that is before or after every other of the same moment.
        if query.isDescending {
            guard let through, through.microseconds < .max else { return nil }
            let position: [Value] = [.time(through.microseconds + 1), .text("")]
            return Cursor(after: position, of: query, in: partition)
        }
        guard let from, from.microseconds > .min else { return nil }
        let position: [Value] = [.time(from.microseconds), .text("")]
        return Cursor(after: position, of: query, in: partition)
    }
}
