import Access
import Auditing
import Foundation
import InMemoryRecords
import Memories
import MemoryHTTP
import Records
import Testing

@Suite("The audit log") struct AuditTests {
    private static let key = Data(repeating: 7, count: 32).base64EncodedString()

    /// A folder that goes with its owner, and the head in it.
    private final class Folder: Sendable {
        let path = NSTemporaryDirectory() + "audit-" + UUID().uuidString
        var head: String { path + "/head" }

        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    private func event(_ operation: String, id: String = "x") -> AuditEvent {
        AuditEvent(
            time: Timestamp(microseconds: 1), actor: "k", operation: operation, owner: "o", ids: [id], outcome: .ok,
            traceID: "t")
    }

    // MARK: Tampering

    /// A log of twenty entries in a store that somebody gets at, with its head outside.
    private func filled() async throws -> (records: InMemoryRecords, folder: Folder, key: AuditKey) {
        let records = InMemoryRecords()
        let folder = try Folder()
        let key = try AuditKey(base64: Self.key)
        let log = try await AuditLog(records, key: key, headPath: folder.head)
        for number in 1...20 { try await log.append(event("op\(number)")) }
        return (records, folder, key)
    }

    private func entries(_ records: InMemoryRecords) async throws -> [Record] {
        let page = try await records.read(.query(Query("audit_entry", limit: 100)), in: Partition("audit"))
        return page.records.compactMap { $0 }
    }

    private func write(_ writes: [Write], _ records: InMemoryRecords) async throws {
        try await records.commit(Batch(Partition("audit"), writes))
    }

    private func delete(_ sequence: Int64) -> Write { .delete(Key("audit_entry", [.int(sequence)])) }

    /// What somebody may do who can write to the store but has no key, and what is found.
    enum Tampering: CaseIterable {
        case changed, deleted, truncated, truncatedWithEnd, reordered, inserted, appended, renumbered, emptied, another
        case older
    }

    @Test(arguments: Tampering.allCases) func tamperingIsFound(_ tampering: Tampering) async throws {
        let (records, folder, key) = try await filled()
        let head = try #require(try AuditHead(file: folder.head))
        #expect(head.sequence == 20)
        let reader = AuditReader(records)
        let whole = try await reader.verify(key, against: head)
        #expect((whole.fault, whole.entries) == (nil, 20))
        let all = try await entries(records)
        let end = try #require(
            try await records.record(Key("audit_head", "head"), in: Partition("audit")))
        var ending = end.values
        let kind: AuditReader.Fault.Kind
        var sequence: Int64?
        switch tampering {
        case .changed:
            var values = all[4].values
            values[6] = .text("refused")
            try await write([.put("audit_entry", values)], records)
            (kind, sequence) = (.changed, 5)
        case .deleted:
            try await write([delete(7)], records)
            (kind, sequence) = (.missing, 7)
        case .truncated:
            try await write([delete(20), delete(19)], records)
            (kind, sequence) = (.truncated, 19)
        case .truncatedWithEnd:
            // The end in the store is moved too, with a code that was valid then.
            ending[2] = .int(18)
            ending[3] = all[17].values[8]
            try await write([delete(20), delete(19), .put("audit_head", ending)], records)
            #expect(try await reader.verify(key).fault == nil, "only the head outside tells")
            (kind, sequence) = (.truncated, 19)
        case .reordered:
            var (first, second) = (all[8].values, all[9].values)
            swap(&first[0], &second[0])
            try await write([.put("audit_entry", first), .put("audit_entry", second)], records)
            (kind, sequence) = (.changed, 9)
        case .inserted:
            // Between two entries there is no room but by moving those behind.
            var writes: [Write] = []
            for record in all[10...] {
                var values = record.values
                if case .int(let number) = values[0] { values[0] = .int(number + 1) }
                writes.append(.put("audit_entry", values))
            }
            var forged = all[10].values
            forged[3] = .text("forged")
            writes.append(.put("audit_entry", forged))
            try await write(writes, records)
            (kind, sequence) = (.changed, 11)
        case .appended:
            var forged = all[19].values
            forged[0] = .int(21)
            try await write([.insert("audit_entry", forged)], records)
            (kind, sequence) = (.changed, 21)
        case .renumbered:
            // An entry is taken out and the gap is closed.
            var writes = [delete(20)]
            for record in all[7...] {
                var values = record.values
                if case .int(let number) = values[0] { values[0] = .int(number - 1) }
                writes.append(.put("audit_entry", values))
            }
            try await write(writes, records)
            (kind, sequence) = (.changed, 7)
        case .emptied:
            try await write(
                (1...20).map { delete($0) } + [.delete(Key("audit_head", "head"))], records)
            (kind, sequence) = (.truncated, 1)
        case .another:
            let other = try await filled()
            let foreign = try await entries(other.records)
            let foreignEnd = try #require(
                try await other.records.record(Key("audit_head", "head"), in: Partition("audit")))
            try await write(
                foreign.map { .put("audit_entry", $0.values) } + [.put("audit_head", foreignEnd.values)], records)
            #expect(try await reader.verify(key).fault == nil, "it is a whole log of the same key")
            kind = .replaced
        case .older:
            // A copy of the store from before, on which others went on writing.
            ending[2] = .int(10)
            ending[3] = all[9].values[8]
            try await write((11...20).map { delete($0) } + [.put("audit_head", ending)], records)
            let log = try await AuditLog(records, key: key)
            for _ in 0..<15 { try await log.append(event("other")) }
            #expect(try await reader.verify(key).fault == nil)
            (kind, sequence) = (.replaced, 20)
        }
        let fault = try #require(try await reader.verify(key, against: head).fault)
        #expect((fault.kind, fault.sequence) == (kind, sequence), "\(tampering): \(fault.reason)")
    }

    @Test func anotherKeyVerifiesNothing() async throws {
        let (records, _, _) = try await filled()
        let other = try AuditKey(base64: Data(repeating: 8, count: 32).base64EncodedString())
        #expect(try await AuditReader(records).verify(other).fault?.kind == .changed)
        for wrong in ["", "AAAA", "not base64", Data(repeating: 1, count: 31).base64EncodedString()] {
            #expect(throws: MemoryError.self) { try AuditKey(base64: wrong) }
        }
    }

    @Test func aLogThatWasCutIsNotWrittenOn() async throws {
        let (records, folder, key) = try await filled()
        let end = try #require(try await records.record(Key("audit_head", "head"), in: Partition("audit")))
        let before = try AuditHead(file: folder.head)
        let log = try await AuditLog(records, key: key, headPath: folder.head)
        try await log.append(event("known"))
        var ending = end.values
        ending[2] = .int(5)
        ending[3] = try await entries(records)[4].values[8]
        try await write((6...21).map { delete($0) } + [.put("audit_head", ending)], records)
        // Neither by the server that runs, nor by one that starts.
        let error = await #expect(throws: MemoryError.self) { try await log.append(self.event("after")) }
        #expect(error?.code == .outcomeUnknown)
        #expect(try AuditHead(file: folder.head)?.sequence == (before?.sequence ?? 0) + 1)
        await #expect(throws: MemoryError.self) { _ = try await AuditLog(records, key: key, headPath: folder.head) }
    }

    // MARK: Writing

    @Test func serversShareOneChain() async throws {
        let records = InMemoryRecords()
        let key = try AuditKey(base64: Self.key)
        let logs = [try await AuditLog(records, key: key), try await AuditLog(records, key: key)]
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    await #expect(throws: Never.self) {
                        try await logs[number % 2].append(self.event("op", id: "\(number)"))
                    }
                }
            }
        }
        let verdict = try await AuditReader(records).verify(key)
        #expect((verdict.fault, verdict.entries) == (nil, 200))
        let ids = try await AuditReader(records).entries(limit: 1_000).flatMap(\.event.ids)
        #expect(Set(ids).count == 200)
    }

    @Test func changesAndRefusalsAreWrittenDown() async throws {
        let test = try await TestService(needsKeys: true, audits: .changes)
        let key = try await test.keys.create(
            name: "", permissions: [.read, .write, .delete], app: "app", user: "alice")
        let reader = try await test.keys.create(name: "", permissions: [.read], app: "app", user: "alice")
        let added = try await test.ask(
            "POST", "/v1/memories", #"{"memory":"a secret of hers"}"#,
            headers: [("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")], key: key.token)
        let id = try #require(added.string("id"))
        _ = try await test.ask("GET", "/v1/memories/\(id)", key: key.token)
        _ = try await test.ask("POST", "/v1/memories", #"{"memory":""}"#, key: key.token)
        #expect(try await test.ask("POST", "/v1/memories", #"{"memory":"x"}"#, key: reader.token).status == 403)
        #expect(try await test.ask("GET", "/v1/memories?user=bob", key: reader.token).status == 403)
        let batch = try await test.ask(
            "POST", "/v1/memories/batch", #"{"memories":[{"memory":"one"},{"memory":"two"}]}"#, key: key.token)
        #expect(batch.status == 200)
        _ = try await test.ask("DELETE", "/v1/memories/\(id)", key: key.token)
        _ = try await test.ask("DELETE", "/v1/memories/\(id)", key: key.token)
        _ = try await test.ask(
            "POST", "/mcp",
            #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"memory_clear","arguments":{}}}"#,
            headers: [("Content-Type", "application/json")], key: key.token)
        let entries = try await AuditReader(test.records).entries(limit: 100)
        #expect(
            entries.map(\.event.operation)
                == ["memory_add", "memory_add", "memory_add_batch", "memory_delete", "memory_clear"])
        #expect(entries.map(\.event.outcome) == [.ok, .refused, .ok, .ok, .ok])
        #expect(entries.map(\.event.actor) == [key.key.id, reader.key.id, key.key.id, key.key.id, key.key.id])
        #expect(entries[0].event.traceID == "0af7651916cd43dd8448eb211c80319c")
        #expect((entries[0].event.ids, entries[3].event.ids) == ([id], [id]))
        #expect(entries[2].event.ids.count == 2)
        #expect(Set([entries[0], entries[2], entries[4]].map(\.event.owner)).count == 1)
        let all = entries.map { JSONValue.object($0.members).canonical }.joined()
        for secret in ["alice", "app", "secret of hers", key.token] { #expect(!all.contains(secret)) }
        #expect(try await AuditReader(test.records).verify(try AuditKey(base64: TestService.auditKey)).fault == nil)
    }

    @Test func readsAreWrittenDownOnRequest() async throws {
        let test = try await TestService(needsKeys: true, audits: .all)
        let key = try await test.keys.create(name: "", permissions: [.read], app: "app", user: "alice").token
        _ = try await test.ask("POST", "/v1/memories/search", #"{"query":"tea"}"#, key: key)
        #expect(try await test.ask("GET", "/v1/memories?user=bob", key: key).status == 403)
        _ = try await test.ask(
            "POST", "/mcp",
            #"{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"memory://app/alice"}}"#,
            headers: [("Content-Type", "application/json")], key: key)
        let entries = try await AuditReader(test.records).entries(limit: 100)
        #expect(entries.map(\.event.operation) == ["memory_search", "memory_list", "memory_list"])
        #expect(entries.map(\.event.outcome) == [.ok, .refused, .ok])
    }

    @Test func aChangeThatCannotBeWrittenDownIsNotAcknowledged() async throws {
        let test = try await TestService(audits: .changes)
        // The log's end is gone: what follows would begin another log.
        #expect(try await test.ask("POST", "/v1/memories", #"{"app":"a","user":"u","memory":"one"}"#).status == 201)
        try await test.records.commit(
            Batch(Partition("audit"), [.delete(Key("audit_head", "head"))]))
        let refused = try await test.ask("POST", "/v1/memories", #"{"app":"a","user":"u","memory":"two"}"#)
        #expect((refused.status, refused.string("code")) == (503, "outcome_unknown"))
    }
}
