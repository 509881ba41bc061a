import Memories
import Testing

@Suite struct FingerprintTests {
    struct Golden: Sendable, CustomTestStringConvertible {
        var memory: NewMemory
        var scope = Scope(app: "app", user: "u1")
        var fingerprint: String
        var testDescription: String { String(fingerprint.prefix(8)) }
    }

    /// Computed with Python's `hashlib` from the rule in the documentation of `Fingerprint`.
    static let golden = [
        Golden(
            memory: NewMemory("Likes coffee"),
            fingerprint: "cd073afbb484b70ed476619a984ff01633a8d076a03070b4a0e89e0567eab7dc"),
        Golden(
            memory: NewMemory("Likes coffee", topics: ["food", "drinks", "food"]),
            fingerprint: "f430ac3378ffdcc9050cc4a3403fe408777b1dca20fbd1088cb60dece4c4700b"),
        Golden(
            memory: NewMemory("Likes coffee"), scope: Scope(app: "app", user: "u1", agent: "a", session: "s"),
            fingerprint: "c9995f120d5d4ca941cc875e30bc9605092f39521d25b9116e40c4a4e0d1b0f4"),
        Golden(
            memory: NewMemory(
                "Went hiking", kind: .episode, eventTime: Timestamp(microseconds: 1_715_040_000_000_000),
                participants: ["alice", "Bob"], location: " Kyoto "),
            fingerprint: "909b9c33e283f4b119cb45360fc0588799ad1b009899c3b59fee51782441703e"),
        Golden(
            memory: NewMemory("Went hiking", participants: ["Bob"]),
            fingerprint: "0122b15fe44fa9ff646257b3322b6ee488673fa212754add71bdc069f28a86f9"),
        Golden(
            memory: NewMemory("Trinkt gern Käffchen ☕", kind: .preference),
            fingerprint: "7c103722f1d3d7a4931b9f9fd37c6a7aa0f1cfe92e553bacad43ae3586bfa446"),
    ]

    @Test(arguments: golden) func isTheHashOfTheDocumentedParts(_ golden: Golden) async throws {
        let store = try await MemoryStoreFactory.all[0].makeStore()
        let id = try await store.add(golden.memory, in: golden.scope).id
        #expect(try await store.get(id, in: golden.scope).fingerprint == golden.fingerprint)
    }
}
