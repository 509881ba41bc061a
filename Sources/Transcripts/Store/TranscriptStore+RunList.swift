import Records

extension TranscriptStore {
    /// One run.
    /// - Throws: ``TranscriptError`` `notFound`, `invalid`, `unavailable`.
    /// - Complexity: O(log runs).
    public func run(_ id: String, in owner: Owner) async throws(TranscriptError) -> Run {
        try owner.validate()
        try Check.identifier(id, "run")
        guard let run = try await lookUp(id, in: owner).run else { throw Self.missing(run: id) }
        return run
    }

    /// The runs of an id, of whatever owner: none, one, or several where owners chose the same id.
    /// - Throws: ``TranscriptError`` `invalid`, `unavailable`.
    /// - Complexity: O(log runs + found).
    public func findRuns(_ id: String, app: String? = nil) async throws(TranscriptError) -> [Run] {
        try Check.identifier(id, "run")
        try Check.identifier(app, "app")
        var filter = [RunField.equal(.id, id)]
        if let app { filter.append(RunField.equal(.app, app)) }
        var request = Query(RunField.recordType, .and(filter), order: .field(RunField.createdAt.rawValue))
        var runs: [Run] = []
        while true {
            let found = try await survey(request).page
            runs += try await visibleRuns(of: found)
            guard let next = found.next else { return runs }
            request.after = next
        }
    }

    /// The owner's runs, a page at a time.
    /// - Throws: ``TranscriptError`` `invalid`, `unavailable`.
    /// - Complexity: O(page + skipped + log runs); nothing is skipped for session, one status, parent and time.
    public func runs(matching query: RunQuery = RunQuery(), in owner: Owner) async throws(TranscriptError) -> RunPage {
        try owner.validate()
        var request = try request(query)
        if request.after == nil {
            request.after = start(of: request, from: query.from, through: query.through, in: owner.partition)
        }
        var page = RunPage(runs: [])
        while true {
            let found = try await read([.query(request)], in: owner.partition)[0]
            page.runs += try await visibleRuns(of: found)
            page.next = found.next
            request.limit = query.limit - page.runs.count
            guard let next = found.next, request.limit > 0 else { return page }
            request.after = next
        }
    }

    /// The runs of all owners, of one application where it is named. Complete, but no snapshot.
    /// - Throws: ``TranscriptError`` `invalid`, `unavailable`.
    /// - Complexity: O(page + skipped + log runs); nothing is skipped for one status.
    public func surveyRuns(
        matching query: RunQuery = RunQuery(), app: String? = nil
    ) async throws(TranscriptError) -> RunPage {
        try Check.identifier(app, "app")
        var request = try request(query, app: app)
        var page = RunPage(runs: [])
        while true {
            let found = try await survey(request).page
            page.runs += try await visibleRuns(of: found)
            page.next = found.next
            request.limit = query.limit - page.runs.count
            guard let next = found.next, request.limit > 0 else { return page }
            request.after = next
        }
    }

    private func visibleRuns(of page: Page) async throws(TranscriptError) -> [Run] {
        var runs: [Run] = []
        for case let record? in page.records { runs.append(try StoredRun(record).run) }
        return try await visible(runs)
    }

    private func request(_ query: RunQuery, app: String? = nil) throws(TranscriptError) -> Query {
        try Check.limit(query.limit)
        for (name, id) in [("session", query.session), ("agent", query.agent), ("parent run", query.parent)] {
            try Check.identifier(id, name)
        }
        try Check.labels(query.labels)
        try SearchAttribute.validate(query.attributes)
        var filter: [Filter] = []
        if let app { filter.append(RunField.equal(.app, app)) }
        if let session = query.session { filter.append(RunField.equal(.session, session)) }
        let statuses = query.statuses.map(\.rawValue).sorted()
        if statuses.count == 1 { filter.append(RunField.equal(.status, statuses[0])) }
        if statuses.count > 1 {
            filter.append(.isIn(FieldPath(RunField.status.rawValue), statuses.map { .text($0) }))
        }
        if let agent = query.agent { filter.append(RunField.equal(.agent, agent)) }
        if let parent = query.parent { filter.append(RunField.equal(.parent, parent)) }
        filter += labelFilters(query.labels, RunField.labels.rawValue)
        filter += query.attributes.sorted { $0.key.compareBytes($1.key) < 0 }.map { $0.value.filter($0.key) }
        filter += timeFilters(query.from, query.through, RunField.createdAt.rawValue)
        return Query(
            RunField.recordType, .and(filter), order: .field(RunField.createdAt.rawValue),
            isDescending: query.isDescending, limit: query.limit, after: query.after)
    }
}
