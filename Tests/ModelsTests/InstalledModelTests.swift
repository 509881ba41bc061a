import Foundation
import Models
import Testing

@Suite(.disabled(if: InstalledModel.isSkipped, "AGENT_MEMORY_TEST_SKIP names model"))
struct InstalledModelTests {
    @Test func describesTheModel() throws {
        #expect(InstalledModel.directory.isInstalled)
        let embedder = try InstalledModel.embedder.get()
        #expect(embedder.dimensions == 384)
        #expect(embedder.maximumTokens == 256)
        // Vectors are stored under this name: it may change only when vectors do.
        #expect(embedder.identifier.hasSuffix(":3876abdf"))
    }

    @Test func tokenizesLikeTheReference() throws {
        let embedder = try InstalledModel.embedder.get()
        let goldens = try InstalledModel.goldens()
        #expect(goldens.count == 28)
        for golden in goldens {
            #expect(embedder.tokens(of: golden.text) == golden.tokens, "\(golden.text.prefix(40))")
        }
    }

    @Test func treatsNamesOfSpecialTokensAsText() throws {
        let embedder = try InstalledModel.embedder.get()
        let tokens = embedder.tokens(of: "[SEP] [CLS]")
        #expect(tokens.first == 101 && tokens.last == 102)
        #expect(tokens.dropFirst().dropLast().allSatisfy { $0 != 101 && $0 != 102 })
    }

    @Test(arguments: KernelLevel.allCases.filter(\.isSupported))
    func agreesWithTheReferenceVectors(level: KernelLevel) async throws {
        var options = BERTEmbedder.Options()
        options.kernelLevel = level
        let embedder = try BERTEmbedder(directory: InstalledModel.directory, options: options)
        let references = try InstalledModel.referenceVectors()
        let texts = try InstalledModel.goldens().prefix(references.count).map(\.text)
        let vectors = try await embedder.embed(texts, as: .document)
        #expect(vectors.count == 12)
        for (vector, reference) in zip(vectors, references) {
            #expect(cosine(vector, reference) > 0.999_999)
            #expect(zip(vector, reference).allSatisfy { abs($0 - $1) < 1e-5 })
        }
    }

    @Test func agreesWithThePublishedSimilarities() async throws {
        let embedder = try InstalledModel.embedder.get()
        let texts = [
            "That is a happy person", "That is a happy dog", "That is a very happy person", "Today is a sunny day",
        ]
        let vectors = try await embedder.embed(texts, as: .document)
        for (index, published) in [(1, 0.6946), (2, 0.9429), (3, 0.2569)] {
            #expect(abs(cosine(vectors[0], vectors[index]) - published) < 0.00006)
        }
    }

    @Test func givesATextTheSameVectorInAnyCompany() async throws {
        let embedder = try InstalledModel.embedder.get()
        let texts = try InstalledModel.goldens().map(\.text)
        let together = try await embedder.embed(texts, as: .document)
        for index in [0, 4, 8, 11] {
            #expect(try await embedder.embed(texts[index], as: .query) == together[index])
        }
    }

    @Test func readsTheBeginningOfALongText() async throws {
        let embedder = try InstalledModel.embedder.get()
        let words = String(repeating: "memory ", count: 150_000)
        #expect(embedder.tokens(of: words).count == 256)
        let ideographs = String(repeating: "記", count: 400_000)
        #expect(embedder.tokens(of: ideographs).count == 256)
        let blanks = String(repeating: " ", count: 1_000_000) + "end"
        #expect(embedder.tokens(of: blanks) == [101, 102])
    }
}
