import InMemoryRecords
import Memories
import Records
import TestStores
import Testing

@Suite("Users of an app") struct UsersTests {
    @Test(arguments: TestBackend.all) func everyUserOfTheAppAndNobodyElse(_ backend: TestBackend) async throws {
        let made = try await backend.make()
        let store = try await MemoryStore(
            made.store, configuration: MemoryStoreConfiguration(isLexicalByChoice: true))
        let slashes = String(repeating: "/", count: 200)
        let users = ["alice", "a/b", "a%2Fb", "100%", "ünï", "#", slashes]
        for user in users { try await store.add(NewMemory("Likes tea"), in: Scope(app: "a/p", user: user)) }
        for app in ["a", "a/p2", "p", "a%2Fp", "checkpoint"] {
            try await store.add(NewMemory("Likes tea"), in: Scope(app: app, user: "mallory"))
        }
        try await store.add(NewMemory("Likes tea"), in: Scope(app: "a", user: slashes))
        #expect(try await store.users(of: "a/p").sorted() == users.sorted())
        #expect(try await store.users(of: "a").sorted() == [slashes, "mallory"].sorted())
        #expect(try await store.users(of: "nobody").isEmpty)
        await made.store.close()
    }

    @Test func manyUsers() async throws {
        let store = try await MemoryStore(
            InMemoryRecords(), configuration: MemoryStoreConfiguration(isLexicalByChoice: true))
        for number in 0..<2_100 {
            try await store.add(NewMemory("Likes tea"), in: Scope(app: "app", user: "\(number)"))
        }
        #expect(Set(try await store.users(of: "app")).count == 2_100)
    }

    @Test func deletesMany() async throws {
        let store = try await MemoryStore(
            InMemoryRecords(), configuration: MemoryStoreConfiguration(isLexicalByChoice: true))
        let scope = Scope(app: "app", user: "alice")
        var ids: [String] = []
        for number in 0..<450 { ids.append(try await store.add(NewMemory("Number \(number)"), in: scope).id) }
        let other = try await store.add(NewMemory("Of bob"), in: Scope(app: "app", user: "bob")).id
        let asked = Array(ids.dropFirst(10)) + [other, "no such id"]
        #expect(Set(try await store.delete(asked, in: scope)) == Set(ids.dropFirst(10)))
        #expect(try await store.count(in: scope) == 10)
        #expect(try await store.history(ids[20], in: scope).map(\.event) == ["add", "delete"])
        let filter = MemoryFilter(condition: try MemoryFilter.condition(parsing: #"{"created_at":{"gte":"2020"}}"#))
        #expect(try await store.count(in: scope, matching: filter) == 10)
        #expect(try await store.count(in: scope, matching: MemoryFilter(topics: ["none"])) == 0)
    }
}
