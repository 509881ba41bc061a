import Foundation
import Models
import Testing

@Suite struct HTTPEmbedderTests {
    private let server: EmbeddingServer

    init() throws {
        server = try EmbeddingServer.shared.get()
    }

    private func embedder(
        _ model: String, dimensions: Int? = 4, batchSize: Int = 64, timeout: Double = 20, apiKey: String? = nil
    ) async throws -> HTTPEmbedder {
        try await HTTPEmbedder(
            HTTPEmbedder.Configuration(
                url: server.endpoint, model: model, apiKey: apiKey, dimensions: dimensions, batchSize: batchSize,
                timeout: timeout))
    }

    @Test func sendsModelTextsDimensionsAndKey() async throws {
        let embedder = try await embedder("plain", dimensions: 5, apiKey: "sk-secret")
        #expect(embedder.identifier == "plain:5")
        #expect(embedder.dimensions == 5)
        let vectors = try await embedder.embed(["abba", "", "é"], as: .document)
        #expect(vectors == [[4, 2.5, 2.5, 0.5, 0.5], [1, 0.5, 0.5, 0.5, 0.5], [2, 0.5, 0.5, 0.5, 0.5]])
        let requests = try await server.requests(for: "plain")
        #expect(requests.count == 1)
        #expect(requests.first?.path == "/v1/embeddings")
        #expect(requests.first?.authorization == "Bearer sk-secret")
        #expect(requests.first?.body.dimensions == 5)
        #expect(requests.first?.body.format == "float")
        #expect(requests.first?.body.input == ["abba", " ", "é"])
    }

    @Test func learnsTheDimensionsThatAreNotGiven() async throws {
        let embedder = try await embedder("learned", dimensions: nil)
        #expect(embedder.dimensions == 4)
        #expect(embedder.identifier == "learned:4")
        _ = try await embedder.embed("b", as: .query)
        let requests = try await server.requests(for: "learned")
        #expect(requests.count == 2)
        #expect(requests.allSatisfy { $0.body.dimensions == nil && $0.authorization == nil })
    }

    @Test func ordersByIndexAndSplitsIntoBatches() async throws {
        let embedder = try await embedder("reversed", batchSize: 3)
        let texts = (1...8).map { String(repeating: "a", count: $0) }
        let vectors = try await embedder.embed(texts, as: .document)
        #expect(vectors.map { $0[0] } == [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(try await server.requests(for: "reversed").map(\.body.input.count) == [3, 3, 2])
        #expect(try await embedder.embed([], as: .query).isEmpty)
    }

    @Test func putsThePrefixOfTheRoleFirst() async throws {
        var configuration = HTTPEmbedder.Configuration(url: server.endpoint, model: "prefixed", dimensions: 4)
        configuration.queryPrefix = "query: "
        configuration.documentPrefix = "passage: "
        let embedder = try await HTTPEmbedder(configuration)
        #expect(embedder.identifier == "prefixed:4:query: |passage: ")
        _ = try await embedder.embed("x", as: .query)
        _ = try await embedder.embed("x", as: .document)
        #expect(try await server.requests(for: "prefixed").map(\.body.input) == [["query: x"], ["passage: x"]])
    }

    @Test(arguments: [
        ("status-401", EmbeddingError.Code.unauthorized), ("status-403", .unauthorized),
        ("status-429", .rateLimited), ("status-404", .rejected), ("status-503", .unavailable),
        ("redirecting", .rejected), ("garbled", .invalidResponse), ("short", .invalidResponse),
        ("repeating", .invalidResponse), ("resized", .dimensionMismatch),
    ])
    func reportsFailuresByCodeWithoutTextOrKey(model: String, code: EmbeddingError.Code) async throws {
        let embedder = try await embedder(model, apiKey: "sk-secret")
        let error = await #expect(throws: EmbeddingError.self) {
            try await embedder.embed(["confidential", "private"], as: .document)
        }
        #expect(error?.code == code)
        let description = String(describing: try #require(error))
        #expect(!description.contains("confidential") && !description.contains("sk-secret"))
        if model.hasPrefix("status-") {
            #expect(description.contains("status \(model.dropFirst(7)) (model_overloaded)"))
        }
        if model == "resized" {
            #expect(description.contains("embedding dimension mismatch: expected 4, got 5"))
        }
        #expect(try await server.requests(for: model).allSatisfy { $0.path == "/v1/embeddings" })
    }

    @Test func givesUpWhenTheServiceIsSilent() async throws {
        let embedder = try await embedder("silent", timeout: 0.5)
        let error = await #expect(throws: EmbeddingError.self) { try await embedder.embed("a", as: .query) }
        #expect(error?.code == .timedOut)
    }

    @Test func saysWhenTheServiceIsAway() async throws {
        let url = try #require(URL(string: "http://127.0.0.1:1/v1/embeddings"))
        let embedder = try await HTTPEmbedder(.init(url: url, model: "m", dimensions: 3))
        let error = await #expect(throws: EmbeddingError.self) { try await embedder.embed("a", as: .query) }
        #expect(error?.code == .unavailable)
    }

    @Test func stopsWhenTheTaskIsCancelled() async throws {
        let embedder = try await embedder("silent")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try await embedder.embed("a", as: .query)
        }
        let error = await #expect(throws: EmbeddingError.self) { try await task.value }
        #expect(error?.code == .cancelled)
    }

    @Test func namesTheFieldThatIsWrong() async throws {
        let url = server.endpoint
        let file = try #require(URL(string: "file:///tmp"))
        let cases: [(HTTPEmbedder.Configuration, String)] = [
            (.init(url: file, model: "m", dimensions: 3), "url"),
            (.init(url: url, model: "", dimensions: 3), "model"),
            (.init(url: url, model: "m", dimensions: 0), "dimensions"),
            (.init(url: url, model: "m", dimensions: 3, batchSize: 0), "batchSize"),
            (.init(url: url, model: "m", dimensions: 3, timeout: 0), "timeout"),
        ]
        for (configuration, field) in cases {
            let error = await #expect(throws: EmbeddingError.self) { _ = try await HTTPEmbedder(configuration) }
            #expect(error?.code == .invalidArgument)
            #expect(error?.message.hasPrefix(field) == true)
        }
    }
}
