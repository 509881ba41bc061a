internal import CKernels
internal import Foundation
internal import Synchronization

/// Sentence vectors computed in this process by a BERT model, such as all-MiniLM-L6-v2.
///
/// Any folder with `model.safetensors` (F32, F16 or BF16), `vocab.txt` and `config.json` of a BERT encoder can be
/// loaded. How token vectors become one vector is read from the sentence-transformers files beside them
/// (`modules.json`, `1_Pooling/config.json`, `sentence_bert_config.json`, `config_sentence_transformers.json`,
/// `tokenizer_config.json`); without these it is their mean, brought to unit length, of at most 256 tokens, in lower
/// case. Nothing is computed on the threads of Swift's concurrency, and memory does not grow with the number of texts
/// beyond the vectors themselves.
public final class BERTEmbedder: Embedder {
    /// How a model is run.
    public struct Options: Sendable {
        /// Threads that one call may use, at least 1; default the number of active processors.
        public var threads: Int
        /// The name in the embedding space's identifier; default the last component of the folder's path.
        public var name: String?
        /// The instruction set, for tests that compare them.
        package var kernelLevel: KernelLevel

        /// Makes options; without a number of threads it is that of the active processors.
        public init(threads: Int? = nil, name: String? = nil) {
            self.threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
            self.name = name
            kernelLevel = .best
        }
    }

    /// The model's name, a colon and eight hexadecimal digits that stand for its weights, vocabulary and settings.
    public let identifier: String
    /// The size of the model's hidden layer.
    public let dimensions: Int
    /// Tokens of a text that are read, including the first and the last, which every text has; the rest is left out.
    public let maximumTokens: Int

    private let configuration: BERTConfiguration
    private let tokenizer: WordPieceTokenizer
    private let weights: BERTWeights
    private let options: Options
    private let queue: DispatchQueue
    private let idlePasses = Mutex<[ForwardPass]>([])

    /// Loads a model, which for one of 90 MB takes about a tenth of a second; it blocks the calling thread.
    ///
    /// - Parameters:
    ///   - directory: The model's folder.
    ///   - options: How to run it.
    /// - Throws: `modelNotFound`, `malformedModel` or `unsupportedModel`, naming the file and the tensor or field;
    ///   `invalidArgument` for fewer threads than one.
    public init(directory: ModelDirectory, options: Options = Options()) throws(EmbeddingError) {
        guard options.threads >= 1 else {
            throw EmbeddingError(code: .invalidArgument, message: "threads: \(options.threads) is under 1")
        }
        configuration = try BERTConfiguration(directory: directory)
        tokenizer = try WordPieceTokenizer(directory: directory)
        guard tokenizer.vocabulary.count <= configuration.vocabularySize else {
            throw EmbeddingError(
                code: .malformedModel,
                message: "\(ModelFile.vocabulary): \(tokenizer.vocabulary.count) tokens, but vocab_size in "
                    + "\(ModelFile.configuration) is \(configuration.vocabularySize)")
        }
        weights = try BERTWeights(directory: directory, configuration: configuration)
        self.options = options
        dimensions = configuration.hiddenSize
        maximumTokens = configuration.maximumTokens
        let folder = URL(fileURLWithPath: directory.path).standardizedFileURL.lastPathComponent
        identifier =
            "\(options.name ?? folder):"
            + EmbeddingSpace.fingerprint(weights: weights, tokenizer: tokenizer, configuration: configuration)
        queue = DispatchQueue(label: "embedding", qos: .userInitiated, attributes: .concurrent)
    }

    /// Embeds texts, in order. An empty text has a vector as well.
    ///
    /// - Throws: `cancelled` when the task is cancelled.
    /// - Complexity: Linear in the number of tokens that are read.
    public func embed(_ texts: [String], as role: EmbeddingRole) async throws(EmbeddingError) -> [[Float]] {
        guard !texts.isEmpty else { return [] }
        let cancellation = Cancellation()
        let result: Result<[[Float]], EmbeddingError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.async {
                    let vectors = self.vectors(of: texts, as: role, unless: cancellation)
                    continuation.resume(returning: vectors)
                }
            }
        } onCancel: {
            cancellation.flag.store(true, ordering: .relaxed)
        }
        return try result.get()
    }

    /// The numbers of a text's tokens as the model reads them, [CLS] and [SEP] included.
    package func tokens(of text: String) -> [Int32] {
        tokenizer.tokens(of: text, limit: maximumTokens)
    }

    private final class Cancellation: Sendable {
        let flag = Atomic(false)
    }

    /// A pass in transit between threads.
    // @unchecked: it is in the list of idle passes or with one thread, never both.
    private struct ForwardPass: @unchecked Sendable {
        let value: BERTForwardPass
    }

    private func vectors(
        of texts: [String], as role: EmbeddingRole, unless cancellation: Cancellation
    ) -> Result<[[Float]], EmbeddingError> {
        let prefix = role == .query ? configuration.queryPrefix : configuration.documentPrefix
        var vectors = [[Float]](repeating: [], count: texts.count)
        // Texts are tokenized a bounded number at a time: enough to sort by length, few enough to hold.
        var start = 0
        while start < texts.count {
            let end = min(start + 1024, texts.count)
            let tokens = texts[start..<end].map { tokenizer.tokens(of: prefix + $0, limit: maximumTokens) }
            let batches = Self.batches(of: tokens, capacity: capacity)
            let computed = Mutex<[Int: [[Float]]]>([:])
            let next = Atomic(0)
            DispatchQueue.concurrentPerform(iterations: min(options.threads, batches.count)) { _ in
                let pass = takePass()
                while !cancellation.flag.load(ordering: .relaxed) {
                    let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                    guard index < batches.count else { break }
                    let results = pass.value.vectors(of: batches[index].map { tokens[$0] })
                    computed.withLock { $0[index] = results }
                }
                returnPass(pass)
            }
            if cancellation.flag.load(ordering: .relaxed) {
                return .failure(EmbeddingError(code: .cancelled, message: "the task was cancelled"))
            }
            for (index, results) in computed.withLock({ $0 }) {
                for (text, vector) in zip(batches[index], results) { vectors[start + text] = vector }
            }
            start = end
        }
        return .success(vectors)
    }

    /// Tokens in one pass: enough to use the caches well, and at least one text of the greatest length.
    private var capacity: Int { max(256, maximumTokens) }

    /// Indices of texts in batches of at most `capacity` tokens, the longest texts first so that no thread is left
    /// with a long one at the end.
    private static func batches(of tokens: [[Int32]], capacity: Int) -> [[Int]] {
        let order = tokens.indices.sorted { (tokens[$0].count, $1) > (tokens[$1].count, $0) }
        var batches: [[Int]] = []
        var room = 0
        for index in order {
            if tokens[index].count > room {
                batches.append([])
                room = capacity
            }
            batches[batches.count - 1].append(index)
            room -= tokens[index].count
        }
        return batches
    }

    private func takePass() -> ForwardPass {
        idlePasses.withLock { $0.popLast() }
            ?? ForwardPass(
                value: BERTForwardPass(
                    configuration: configuration, weights: weights, level: options.kernelLevel, capacity: capacity))
    }

    private func returnPass(_ pass: ForwardPass) {
        idlePasses.withLock { passes in
            if passes.count < options.threads { passes.append(pass) }
        }
    }
}
