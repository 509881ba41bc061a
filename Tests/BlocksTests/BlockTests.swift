import Blocks
import Foundation
import Records
import TestStores
import Testing

@Suite("Blocks") struct BlockTests {
    private func makeBlocks(_ backend: TestBackend, owner: String? = nil) async throws -> BlockStore {
        try await BlockStore(try await backend.makeRecords(), owner: owner ?? "app/\(UUID().uuidString)")
    }

    private func failure(_ body: () async throws -> Void) async throws -> BlockError {
        do {
            try await body()
        } catch let error as BlockError {
            return error
        }
        throw StoreError(.invalid, "the call did not fail")
    }

    @Test(arguments: TestBackend.all) func oneIsMadeChangedSharedAndDeleted(_ backend: TestBackend) async throws {
        let blocks = try await makeBlocks(backend)
        let made = try await blocks.create(
            NewBlock("human", "Likes tea", limit: 20, description: "The user", metadata: ["a": .int(1)], tags: ["x"]))
        #expect(try await blocks.block(made.id) == made)
        for agent in ["one", "two", "one"] { try await blocks.attach(made.id, to: agent) }
        #expect(try await blocks.agents(of: made.id) == ["one", "two"])
        #expect(try await blocks.block(made.id).agentCount == 2)
        let other = try await blocks.create(NewBlock("human", "Another"))
        #expect(try await failure { try await blocks.attach(other.id, to: "one") }.code == .conflict)
        let renamed = try await blocks.update(made.id, BlockChange(label: "user", description: .some(nil)))
        #expect(renamed.label == "user" && renamed.description == nil && renamed.value == "Likes tea")
        #expect(try await blocks.block(labelled: "user", of: "two").id == made.id)
        #expect(try await failure { _ = try await blocks.block(labelled: "human", of: "two") }.code == .notFound)
        try await blocks.attach(other.id, to: "one")
        #expect(try await failure { try await blocks.update(other.id, BlockChange(label: "user")) }.code == .conflict)
        #expect(try await blocks.blocks(of: "one").map(\.label) == ["user", "human"])
        try await blocks.detach(made.id, from: "two")
        try await blocks.detach(made.id, from: "two")
        #expect(try await blocks.blocks(of: "two").isEmpty)
        #expect(try await blocks.block(made.id).agentCount == 1)
        #expect(try await blocks.count() == 2)
        try await blocks.delete(made.id)
        #expect(try await blocks.blocks(of: "one").map(\.id) == [other.id])
        #expect(try await failure { _ = try await blocks.block(made.id) }.code == .notFound)
        #expect(try await failure { try await blocks.attach(made.id, to: "one") }.code == .notFound)
    }

    @Test(arguments: TestBackend.all) func listsAndOwners(_ backend: TestBackend) async throws {
        let blocks = try await makeBlocks(backend, owner: "app/alice")
        var ids: [String] = []
        for number in 0..<5 {
            ids.append(
                try await blocks.create(
                    NewBlock(
                        number % 2 == 0 ? "even" : "odd", "value \(number)", description: "d\(number)",
                        tags: ["t\(number)", "all"])
                ).id)
        }
        try await blocks.attach(ids[1], to: "a")
        func list(_ query: BlockQuery) async throws -> [Int] {
            try await blocks.blocks(query).compactMap { ids.firstIndex(of: $0.id) }
        }
        #expect(try await list(BlockQuery()) == [0, 1, 2, 3, 4])
        #expect(try await list(BlockQuery(isDescending: true, limit: 2)) == [4, 3])
        #expect(try await list(BlockQuery(after: ids[3], isDescending: true, limit: 2)) == [2, 1])
        #expect(try await list(BlockQuery(after: ids[1])) == [2, 3, 4])
        #expect(try await list(BlockQuery(before: ids[3], limit: 2)) == [1, 2])
        #expect(try await list(BlockQuery(before: ids[1], isDescending: true, limit: 2)) == [3, 2])
        #expect(try await list(BlockQuery(label: "odd")) == [1, 3])
        #expect(try await list(BlockQuery(labelContains: "eve", valueContains: "2")) == [2])
        #expect(try await list(BlockQuery(descriptionContains: "d4")) == [4])
        #expect(try await list(BlockQuery(tags: ["t1", "t2"])) == [1, 2])
        #expect(try await list(BlockQuery(tags: ["t1", "all"], needsAllTags: true)) == [1])
        #expect(try await list(BlockQuery(agentCounts: 1...5)) == [1])
        #expect(try await list(BlockQuery(agentCounts: 0...0)) == [0, 2, 3, 4])
        let bob = try blocks.owned(by: "app/bob")
        #expect(try await bob.blocks().isEmpty)
        #expect(try await bob.count() == 0)
        #expect(try await bob.blocks(of: "a").isEmpty)
        for id in ids {
            #expect(try await failure { _ = try await bob.block(id) }.code == .notFound)
            #expect(try await failure { try await bob.attach(id, to: "a") }.code == .notFound)
            #expect(try await failure { try await bob.delete(id) }.code == .notFound)
        }
    }

    @Test(arguments: TestBackend.all) func theToolsEditAsTheySay(_ backend: TestBackend) async throws {
        let blocks = try await makeBlocks(backend)
        let tools = BlockTools(blocks, agent: "a")
        try await blocks.create(NewBlock("human", "one\ntwo\ntwo", limit: 100), for: "a")
        try await blocks.create(NewBlock("rules", "fixed", isReadOnly: true), for: "a")
        func call(_ name: String, _ arguments: String) async throws -> BlockTools.Result {
            try await tools.call(name, try JSONValue(parsing: arguments))
        }
        for (name, arguments, value) in [
            ("core_memory_append", #"{"label":"human","content":"three"}"#, "one\ntwo\ntwo\nthree"),
            ("core_memory_replace", #"{"label":"human","old_content":"two","new_content":"2"}"#, "one\n2\n2\nthree"),
            ("memory_replace", #"{"label":"human","old_string":"three","new_string":"3"}"#, "one\n2\n2\n3"),
            ("memory_insert", #"{"label":"human","new_string":"zero","insert_line":0}"#, "zero\none\n2\n2\n3"),
            ("memory_insert", #"{"label":"human","new_string":"end"}"#, "zero\none\n2\n2\n3\nend"),
            ("memory_insert", #"{"label":"human","new_string":"x","insert_line":1}"#, "zero\nx\none\n2\n2\n3\nend"),
            ("memory_rethink", #"{"label":"human","new_memory":"é\r\nnew"}"#, "é\r\nnew"),
            ("core_memory_replace", #"{"label":"human","old_content":"\r","new_content":""}"#, "é\nnew"),
        ] {
            let result = try await call(name, arguments)
            #expect(!result.isError, "\(name): \(result.content)")
            #expect(try await blocks.block(labelled: "human", of: "a").value.utf8.elementsEqual(value.utf8), "\(name)")
        }
        let before = try await blocks.block(labelled: "human", of: "a")
        try await blocks.update(before.id, BlockChange(value: "one\ntwo\ntwo"))
        for (name, arguments, part) in [
            ("memory_replace", #"{"label":"human","old_string":"two","new_string":"x"}"#, "2, 3"),
            ("memory_replace", #"{"label":"human","old_string":"four","new_string":"x"}"#, "old_string"),
            ("memory_replace", #"{"label":"human","old_string":"1→ one","new_string":"x"}"#, "line numbers"),
            ("memory_insert", #"{"label":"human","new_string":"x","insert_line":9}"#, "0 to 3"),
            ("core_memory_replace", #"{"label":"human","old_content":"","new_content":"x"}"#, "old_content"),
            ("core_memory_append", #"{"label":"none","content":"x"}"#, "label"),
            ("core_memory_append", #"{"label":"human"}"#, "content"),
            ("core_memory_append", #"{"label":"human","content":"x","agent":"b"}"#, "agent"),
            ("core_memory_append", #"{"label":"rules","content":"x"}"#, "read-only"),
            ("memory_rethink", #"{"label":"rules","new_memory":"x"}"#, "read-only"),
            ("core_memory_append", #"{"label":"human","content":"\#(String(repeating: "x", count: 100))"}"#, "100"),
            ("no_such_tool", "{}", "memory_rethink"),
        ] {
            let result = try await call(name, arguments)
            #expect(result.isError && result.content.contains(part), "\(name): \(result.content)")
        }
        #expect(try await blocks.block(labelled: "human", of: "a").value == "one\ntwo\ntwo")
        let made = try await call("memory_rethink", #"{"label":"plans","new_memory":"Lisbon"}"#)
        #expect(!made.isError)
        #expect(try await blocks.blocks(of: "a").map(\.label) == ["human", "rules", "plans"])
        let prompt = try await blocks.prompt(of: "a", numbersLines: true)
        for part in [
            "<memory_blocks>", "<rules>", "- read_only=true", "- chars_current=11\n- chars_limit=100", "2→ two",
            "</plans>\n</memory_blocks>",
        ] {
            #expect(prompt.contains(part), "\(part) in \(prompt)")
        }
    }

    @Test(arguments: TestBackend.all) func editsAtATimeAreAllMade(_ backend: TestBackend) async throws {
        let blocks = try await makeBlocks(backend)
        let block = try await blocks.create(NewBlock("log", ""))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for agent in 0..<8 {
                group.addTask {
                    try await blocks.attach(block.id, to: "agent \(agent)")
                    let result = try await BlockTools(blocks, agent: "agent \(agent)").call(
                        "core_memory_append", .object(["label": .string("log"), "content": .string("by \(agent)")]))
                    #expect(!result.isError)
                }
            }
            try await group.waitForAll()
        }
        let known = try await blocks.block(block.id)
        #expect(Set(known.value.split(separator: "\n").map(String.init)) == Set((0..<8).map { "by \($0)" }))
        #expect(known.agentCount == 8)
    }

    @Test func everyLimitIsNamed() async throws {
        let blocks = try await makeBlocks(TestBackend.all[0])
        for (new, part) in [
            (NewBlock("", "x"), "label"), (NewBlock(String(repeating: "x", count: 256), "x"), "255"),
            (NewBlock("a", "éé", limit: 1), "value has 2 characters; the limit is 0 to 1"),
            (NewBlock("a", "x", limit: 0), "limit"), (NewBlock("a", "x", limit: 1_000_001), "1000000"),
            (NewBlock("a", "a\0"), "U+0000"),
            (NewBlock("a", "x", description: String(repeating: "d", count: 10_001)), "description"),
            (NewBlock("a", "x", tags: Array(repeating: "t", count: 65)), "tags"),
            (NewBlock("a", "x", tags: [""]), "tag"),
            (NewBlock("a", "x", metadata: ["m": .string(String(repeating: "m", count: 65_536))]), "metadata"),
        ] {
            let error = try await failure { _ = try await blocks.create(new) }
            #expect(error.code == .invalid && error.message.contains(part), "\(error)")
        }
        let block = try await blocks.create(NewBlock("a", "éé", limit: 2))
        #expect(try await failure { try await blocks.update(block.id, BlockChange(limit: 1)) }.code == .invalid)
        #expect(try await failure { try await blocks.attach(block.id, to: "") }.code == .invalid)
        #expect(try await failure { _ = try await blocks.blocks(BlockQuery(limit: 0)) }.code == .invalid)
    }
}
