import Access
import Foundation
import HTTPServer
import InMemoryRecords
import Memories
import MemoryAPI
import MemoryHTTP
import Records
import Synchronization
import Testing

/// Every tenant's memories carry a word that is nobody else's: it must never be in an answer to another.
///
/// `AGENT_MEMORY_ISOLATION_CALLS` makes more calls than the few thousand of every run.
@Suite("Isolation of tenants") struct IsolationTests {
    private static let calls =
        ProcessInfo.processInfo.environment["AGENT_MEMORY_ISOLATION_CALLS"].flatMap { Int($0) } ?? 3_000

    @Test func noForeignCanaryInAnyAnswer() async throws {
        let found = try await Tenants(try await TestService(needsKeys: true), count: 20, records: 200)
            .check(calls: Self.calls)
        #expect(found.leaks == [])
        #expect(found.own > Self.calls / 20, "the calls find what is the asker's own")
        for path in Tenants.paths { #expect(found.ownPaths.contains(path), "\(path) answers what is the asker's own") }
    }

    /// The check can fail: routes that forget to whom a key is bound are found out.
    @Test func routesThatForgetWhoAsksAreFoundOut() async throws {
        let test = try await TestService(needsKeys: true, wrapping: { ForgetfulRoutes(routes: $0) })
        let found = try await Tenants(test, count: 6, records: 10).check(calls: 600)
        #expect(found.leaks.count > 10)
        #expect(Set(found.leaks.map { $0.split(separator: " ")[0] }).count > 5, "on many paths")
    }

    /// What a store answers is looked at again: one that mixes up its owners leaks nothing.
    @Test func aStoreThatMixesUpOwnersLeaksNothing() async throws {
        let crossed = CrossedRecords()
        let test = try await TestService(needsKeys: true, over: crossed)
        let tenants = try await Tenants(test, count: 4, records: 10)
        crossed.cross(Scope(app: "app0", user: "user").partition, with: Scope(app: "app1", user: "user").partition)
        let found = try await tenants.check(calls: 600, watches: false)
        #expect(crossed.count > 50)
        #expect(found.leaks == [])
    }
}

/// Routes whose callers may do everything to everybody.
private struct ForgetfulRoutes: RouteGroup {
    let routes: any RouteGroup

    func name(of request: HTTPRequest) -> String? { routes.name(of: request) }
    func isOpen(_ request: HTTPRequest) -> Bool { routes.isOpen(request) }

    func respond(to request: HTTPRequest, _ context: RequestContext) async -> HTTPResponse {
        var context = context
        context.caller.user = nil
        context.caller.app = nil
        return await routes.respond(to: request, context)
    }
}

/// A store that answers one owner's reads with another's records.
private final class CrossedRecords: RecordStore {
    private let base = InMemoryRecords()
    private let state = Mutex<(pairs: [Partition: Partition], count: Int)>(([:], 0))

    var count: Int { state.withLock { $0.count } }

    func cross(_ first: Partition, with second: Partition) {
        state.withLock { $0.pairs = [first: second, second: first] }
    }

    private func other(_ partition: Partition) -> Partition {
        state.withLock { state in
            guard let other = state.pairs[partition] else { return partition }
            state.count += 1
            return other
        }
    }

    var capabilities: Capabilities { base.capabilities }
    func prepare(_ types: [RecordType]) async throws(StoreError) { try await base.prepare(types) }
    func commit(_ batches: [Batch]) async -> [Result<Receipt, StoreError>] { await base.commit(batches) }
    func read(_ reads: [Read], in partition: Partition, atLeast: Stamp?) async throws(StoreError) -> [Page] {
        try await base.read(reads, in: other(partition), atLeast: nil)
    }
    func changes(
        of type: String, in partition: Partition, after: Stamp, limit: Int, fields: [String]?
    ) async throws(StoreError) -> Changes {
        try await base.changes(of: type, in: other(partition), after: after, limit: limit, fields: fields)
    }
    func survey(_ query: Query) async throws(StoreError) -> SurveyPage { try await base.survey(query) }
    func watch(_ partition: Partition) -> AsyncStream<Void> { base.watch(partition) }
    func scrub(within seconds: Double) async throws(StoreError) -> [String] { try await base.scrub(within: seconds) }
    func close() async { await base.close() }
}
