import KeyValues
import Records
import Synchronization
import TestStores
import Testing

extension TestBackend {
    /// A key–value store in an empty store.
    func makeKeyValues(
        _ configuration: KeyValueStoreConfiguration = KeyValueStoreConfiguration()
    ) async throws -> KeyValueStore {
        try await KeyValueStore(try await makeRecords(), configuration: configuration)
    }
}

/// Puts words of one meaning on one axis, so that "car" is near "automobile" without a common letter.
final class AxisEmbedder: Sendable {
    /// Everything it was asked for.
    let texts = Mutex<[String]>([])
    let fails = Mutex(false)

    struct Away: Error {}

    private static let meanings = [["car", "automobile", "vehicle"], ["coffee", "espresso"], ["cat", "kitten"]]

    var embedder: ItemEmbedder {
        ItemEmbedder(space: "axis") { [self] texts, _ in
            if fails.withLock({ $0 }) { throw Away() }
            self.texts.withLock { $0 += texts }
            return texts.map { text in
                var vector = [Float](repeating: 0, count: 8)
                let words = Set(text.lowercased().split { !$0.isLetter }.map(String.init))
                for (axis, meaning) in Self.meanings.enumerated() where !words.isDisjoint(with: meaning) {
                    vector[axis] = 1
                }
                if !vector.contains(1) { vector[3 + text.utf8.count % 5] = 1 }
                return vector
            }
        }
    }
}

/// Runs a call and answers the code of the error it must throw.
func keyValueCode(_ body: () async throws -> Void, _ location: SourceLocation = #_sourceLocation) async -> String? {
    do {
        try await body()
        Issue.record("nothing was thrown", sourceLocation: location)
        return nil
    } catch let error as KeyValueError {
        return error.code.rawValue
    } catch {
        Issue.record("\(error)", sourceLocation: location)
        return nil
    }
}
