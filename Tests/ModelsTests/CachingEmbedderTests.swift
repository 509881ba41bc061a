import Models
import Synchronization
import Testing

@Suite struct CachingEmbedderTests {
    /// Answers with the text's length and the role, and remembers what it was asked.
    private final class Recorder: Embedder {
        let identifier = "recorder"
        let dimensions = 2
        let calls = Mutex<[[String]]>([])
        let fails = Mutex(false)

        func embed(_ texts: [String], as role: EmbeddingRole) async throws(EmbeddingError) -> [[Float]] {
            calls.withLock { $0.append(texts) }
            if fails.withLock({ $0 }) { throw EmbeddingError(code: .unavailable, message: "away") }
            return texts.map { [Float($0.unicodeScalars.count), role == .query ? 1 : 0] }
        }
    }

    private let recorder = Recorder()

    @Test func asksOnlyForWhatIsNew() async throws {
        let cache = try CachingEmbedder(recorder)
        #expect(cache.identifier == "recorder")
        #expect(cache.dimensions == 2)
        #expect(try await cache.embed(["a", "bb", "a"], as: .document) == [[1, 0], [2, 0], [1, 0]])
        #expect(try await cache.embed(["bb", "ccc", "a"], as: .document) == [[2, 0], [3, 0], [1, 0]])
        #expect(try await cache.embed(["a"], as: .query) == [[1, 1]])
        #expect(try await cache.embed(["a"], as: .query) == [[1, 1]])
        #expect(recorder.calls.withLock { $0 } == [["a", "bb"], ["ccc"], ["a"]])
        #expect(cache.count == 4)
    }

    @Test func givesUpTheLeastRecentlyUsed() async throws {
        let cache = try CachingEmbedder(recorder, capacity: 2)
        for text in ["a", "b", "a", "c", "a", "b"] { _ = try await cache.embed(text, as: .document) }
        #expect(recorder.calls.withLock { $0 } == [["a"], ["b"], ["c"], ["b"]])
        #expect(cache.count == 2)
        // More at once than there is room for are all answered.
        #expect(try await cache.embed(["x", "yy", "zzz"], as: .document).map { $0[0] } == [1, 2, 3])
        #expect(cache.count == 2)
    }

    @Test func doesNotKeepLongTexts() async throws {
        let cache = try CachingEmbedder(recorder, maximumTextBytes: 3)
        for text in ["abc", "abcd", "abc", "abcd"] { _ = try await cache.embed(text, as: .document) }
        #expect(recorder.calls.withLock { $0 } == [["abc"], ["abcd"], ["abcd"]])
    }

    @Test func tellsEqualStringsOfDifferentScalarsApart() async throws {
        let cache = try CachingEmbedder(recorder)
        #expect(try await cache.embed(["\u{E9}", "e\u{301}"], as: .document) == [[1, 0], [2, 0]])
    }

    @Test func remembersNothingOfAFailure() async throws {
        let cache = try CachingEmbedder(recorder)
        recorder.fails.withLock { $0 = true }
        let error = await #expect(throws: EmbeddingError.self) { try await cache.embed("a", as: .query) }
        #expect(error?.code == .unavailable)
        recorder.fails.withLock { $0 = false }
        #expect(try await cache.embed("a", as: .query) == [1, 1])
    }

    @Test func refusesImpossibleLimits() throws {
        #expect(throws: EmbeddingError.self) { try CachingEmbedder(recorder, capacity: 0) }
        #expect(throws: EmbeddingError.self) { try CachingEmbedder(recorder, maximumTextBytes: -1) }
    }
}
