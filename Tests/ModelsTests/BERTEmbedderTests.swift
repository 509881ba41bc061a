import Foundation
import Models
import Testing

@Suite struct BERTEmbedderTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func load(
        level: KernelLevel = .best, threads: Int = 2, name: String? = "synthetic"
    ) throws -> BERTEmbedder {
        var options = BERTEmbedder.Options(threads: threads, name: name)
        options.kernelLevel = level
        return try BERTEmbedder(directory: ModelDirectory(path: folder.path), options: options)
    }

    /// Texts of 2 to 80 tokens: around every width that the kernels work in.
    private let texts = [0, 1, 9, 14, 30, 31, 63, 78].map { length in
        String((0..<length).map { Array("abcdefghij")[($0 * 7 + length) % 10] })
    }

    /// Heads narrower and wider than a panel of 32, layers that are not a multiple of 16.
    @Test(arguments: [(8, 2, 20), (40, 5, 72), (36, 1, 50)])
    func computesTheDefinitionOnEveryLevel(hidden: Int, heads: Int, intermediate: Int) async throws {
        let model = SyntheticModel(hidden: hidden, heads: heads, intermediate: intermediate)
        try model.write(to: folder)
        try folder.write(["max_seq_length": 512], to: "sentence_bert_config.json")
        let embedder = try load()
        #expect(embedder.maximumTokens == 80)
        #expect(embedder.dimensions == hidden)
        let tokens = texts.map { embedder.tokens(of: $0) }
        #expect(tokens.map(\.count) == texts.map { $0.count + 2 })
        let reference = ReferenceBERT(model: model)
        let expected = tokens.map { ReferenceBERT.unit(ReferenceBERT.mean(reference.states(of: $0))) }
        for level in KernelLevel.allCases where level.isSupported {
            let vectors = try await load(level: level).embed(texts, as: .document)
            for (vector, expected) in zip(vectors, expected) {
                #expect(zip(vector, expected).allSatisfy { abs(Double($0) - $1) < 3e-6 }, "\(level)")
            }
        }
    }

    @Test(arguments: SyntheticModel.ElementType.allCases, ["", "bert."])
    func readsEveryElementTypeAndBothNamings(type: SyntheticModel.ElementType, prefix: String) async throws {
        let model = SyntheticModel()
        try model.write(to: folder, type: type, prefix: prefix)
        let vectors = try await load().embed(texts, as: .document)
        let plain = try TemporaryFolder()
        try model.write(to: plain)
        let expected = try await BERTEmbedder(directory: ModelDirectory(path: plain.path)).embed(texts, as: .document)
        #expect(vectors == expected)
    }

    @Test func readsTheNormNamesOfOldCheckpoints() async throws {
        var model = SyntheticModel()
        try model.write(to: folder)
        let expected = try await load().embed("abc", as: .query)
        for (name, tensor) in model.tensors where name.contains("LayerNorm") {
            model.tensors[name] = nil
            let old = name.replacing(".weight", with: ".gamma").replacing(".bias", with: ".beta")
            model.tensors[old] = tensor
        }
        try model.write(to: folder)
        #expect(try await load().embed("abc", as: .query) == expected)
    }

    @Test func followsTheSentenceFiles() async throws {
        let model = SyntheticModel()
        try model.write(to: folder)
        try folder.write(
            ["pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false], to: "1_Pooling/config.json")
        try folder.write(
            [["type": "sentence_transformers.models.Transformer"], ["type": "sentence_transformers.models.Pooling"]],
            to: "modules.json")
        try folder.write(["max_seq_length": 5], to: "sentence_bert_config.json")
        try folder.write(["prompts": ["query": "a ", "passage": "b "]], to: "config_sentence_transformers.json")
        let embedder = try load()
        #expect(embedder.tokens(of: "cdefghij").count == 5)
        let reference = ReferenceBERT(model: model)
        for (role, text) in [(EmbeddingRole.query, "a cdefghij"), (.document, "b cdefghij")] {
            let vector = try await embedder.embed("cdefghij", as: role)
            let expected = reference.states(of: embedder.tokens(of: text))[0]
            #expect(zip(vector, expected).allSatisfy { abs(Double($0) - $1) < 1e-5 })
        }
    }

    @Test func followsTheTokenizerSettings() throws {
        let model = SyntheticModel()
        try model.write(to: folder)
        #expect(try load().tokens(of: "AB\u{E1}") == [2, 4, 15, 14, 3])
        try folder.write(["do_lower_case": false], to: "tokenizer_config.json")
        #expect(try load().tokens(of: "ab Ab \u{E1} a") == [2, 4, 15, 1, 1, 4, 3])
        try folder.write(["do_lower_case": false, "strip_accents": true], to: "tokenizer_config.json")
        #expect(try load().tokens(of: "A \u{E1}") == [2, 1, 4, 3])
    }

    @Test func namesTheSpaceByWhatDecidesTheVectors() throws {
        var model = SyntheticModel()
        try model.write(to: folder)
        let first = try load(name: nil).identifier
        #expect(first.hasPrefix((folder.path as NSString).lastPathComponent + ":"))
        #expect(first.split(separator: ":").last?.count == 8)
        let original = try load().identifier
        #expect(original.hasPrefix("synthetic:"))
        #expect(try load(level: .plain, threads: 1).identifier == original)

        var seen: Set = [original]
        try folder.write(["max_seq_length": 9], to: "sentence_bert_config.json")
        #expect(try seen.insert(load().identifier).inserted)
        try folder.write(["pooling_mode_cls_token": true], to: "1_Pooling/config.json")
        #expect(try seen.insert(load().identifier).inserted)
        try folder.write(["do_lower_case": false], to: "tokenizer_config.json")
        #expect(try seen.insert(load().identifier).inserted)
        try folder.write(["prompts": ["query": "q: "]], to: "config_sentence_transformers.json")
        #expect(try seen.insert(load().identifier).inserted)
        model.tensors["encoder.layer.1.output.LayerNorm.bias"]?.values[3] += 0x1p-20
        try model.write(to: folder)
        #expect(try seen.insert(load().identifier).inserted)
    }

    @Test func embedsManyTextsInOrderOnAnyNumberOfThreads() async throws {
        try SyntheticModel().write(to: folder)
        let many = (0..<2500).map { texts[($0 * 11) % texts.count] }
        let one = try await load(threads: 1).embed(many, as: .document)
        let three = try await load(threads: 3).embed(many, as: .document)
        #expect(one.count == many.count)
        #expect(one == three)
        let embedder = try load(threads: 1)
        for (index, text) in texts.enumerated() {
            #expect(
                try await embedder.embed(text, as: .document) == one[try #require(many.firstIndex(of: text))],
                "\(index)")
        }
        #expect(try await embedder.embed([], as: .query).isEmpty)
    }

    @Test func answersManyCallersAtOnce() async throws {
        try SyntheticModel().write(to: folder)
        let embedder = try load()
        let expected = try await embedder.embed(texts, as: .query)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<40 {
                group.addTask { [texts] in try await embedder.embed(texts, as: .query) == expected }
            }
            for try await isEqual in group { #expect(isEqual) }
        }
    }

    @Test func stopsWhenTheTaskIsCancelled() async throws {
        try SyntheticModel().write(to: folder)
        let embedder = try load()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try await embedder.embed("abc", as: .query)
        }
        let error = await #expect(throws: EmbeddingError.self) { try await task.value }
        #expect(error?.code == .cancelled)
    }

    @Test func refusesNoThreads() throws {
        try SyntheticModel().write(to: folder)
        let error = #expect(throws: EmbeddingError.self) { try load(threads: 0) }
        #expect(error?.code == .invalidArgument)
    }
}
