import Memories
import Records

/// Which memories a request is about.
struct Selection: Sendable {
    var filter: Mem0Filter
    /// Whether those are shown too whose last day is over.
    var showsExpired = false
    /// The day that it is for the request.
    var day: String

    /// - Throws: ``MemoryError`` `invalid` for a `reference_date` that is none.
    init(_ filter: Mem0Filter, _ request: Mem0Request, now: Timestamp) throws(MemoryError) {
        self.filter = filter
        showsExpired = request.flag("show_expired")
        day = CalendarDay.text(of: now)
        if let reference = request.body["reference_date"], reference != .null {
            day = CalendarDay.text(of: try Mem0Filter.period("reference_date", reference).start)
        }
    }

    /// Everything that passes a filter, expired or not.
    init(all filter: Mem0Filter) {
        self.filter = filter
        showsExpired = true
        day = ""
    }

    func accepts(_ memory: Mem0Memory) -> Bool {
        (showsExpired || !memory.isExpired(on: day)) && filter.accepts(memory)
    }

    func narrowed(for owner: Owner) -> Mem0Filter.Narrowed {
        var narrowed = filter.narrowed(for: owner)
        if !showsExpired { narrowed.filter = .and([Mem0Filter.isShown(on: day), narrowed.filter]) }
        return narrowed
    }
}

extension Project {
    /// Memories of one owner, newest first.
    /// - Parameter limit: The most to answer; nil for all.
    func memories(
        of owner: Owner, _ selection: Selection, limit: Int? = nil
    ) async throws(MemoryError) -> [Mem0Memory] {
        let scope = try scope(of: owner)
        let filter = MemoryFilter(condition: selection.narrowed(for: owner).filter)
        var found: [Mem0Memory] = []
        var cursor: Cursor?
        while found.count < limit ?? .max {
            let page = try await store.list(
                in: scope, matching: filter, limit: min((limit ?? .max) - found.count, 1_000), after: cursor)
            for memory in page.memories.lazy.map(Mem0Memory.init) where selection.accepts(memory) {
                found.append(memory)
            }
            guard let next = page.next else { break }
            cursor = next
        }
        return found
    }

    /// Memories of every owner that the caller may see, newest first.
    func memories(_ selection: Selection, limit: Int? = nil) async throws(MemoryError) -> [Mem0Memory] {
        var all: [Mem0Memory] = []
        let owners = try await owners(for: selection.filter)
        for owner in owners { all += try await memories(of: owner, selection, limit: limit) }
        if owners.count > 1 { all.sort(by: Self.isNewer) }
        return limit.map { Array(all.prefix($0)) } ?? all
    }

    /// How many memories there are.
    func count(_ selection: Selection) async throws(MemoryError) -> Int {
        var count = 0
        for owner in try await owners(for: selection.filter) {
            let narrowed = selection.narrowed(for: owner)
            if narrowed.isExact {
                count += try await store.count(
                    in: try scope(of: owner), matching: MemoryFilter(condition: narrowed.filter))
            } else {
                count += try await memories(of: owner, selection).count
            }
        }
        return count
    }

    /// A page of memories, newest first, and how many there are.
    func page(_ selection: Selection, _ paging: Paging) async throws(MemoryError) -> (page: [Mem0Memory], count: Int) {
        let count = try await count(selection)
        guard (paging.number - 1) * paging.size < count else { return ([], count) }
        return (paging.slice(try await memories(selection, limit: paging.number * paging.size)), count)
    }

    /// The order of lists: by update, then by id, the newest first.
    private static func isNewer(_ left: Mem0Memory, _ right: Mem0Memory) -> Bool {
        left.memory.updatedAt == right.memory.updatedAt
            ? left.memory.id.compareBytes(right.memory.id) > 0 : left.memory.updatedAt > right.memory.updatedAt
    }
}
