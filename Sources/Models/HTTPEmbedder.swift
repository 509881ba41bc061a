public import Foundation

/// Vectors from any service that speaks OpenAI's `POST /v1/embeddings`.
///
/// It neither retries nor follows redirects: a redirect would hand the texts and the key to another address.
public final class HTTPEmbedder: Embedder {
    /// Which service to ask, and how.
    public struct Configuration: Sendable {
        /// The full address of the endpoint, such as `https://api.openai.com/v1/embeddings`.
        public var url: URL
        /// The model's name as the service knows it.
        public var model: String
        /// Sent as a bearer token; none by default.
        public var apiKey: String?
        /// Elements of a vector. Sent where given, so that a model of several sizes answers with this one, and
        /// checked in every answer. Without it the first answer decides, and the field is not sent.
        public var dimensions: Int?
        /// Texts a request, at least 1; default 64.
        public var batchSize: Int
        /// Seconds that one request may take; default 30.
        public var timeout: TimeInterval
        /// What is put before each query; empty by default.
        public var queryPrefix: String
        /// What is put before each document; empty by default.
        public var documentPrefix: String
        /// The embedding space's identifier; default the model's name, a colon and the dimensions, followed by the
        /// prefixes where there are any.
        public var identifier: String?

        /// Makes a configuration.
        public init(
            url: URL, model: String, apiKey: String? = nil, dimensions: Int? = nil, batchSize: Int = 64,
            timeout: TimeInterval = 30, queryPrefix: String = "", documentPrefix: String = "",
            identifier: String? = nil
        ) {
            self.url = url
            self.model = model
            self.apiKey = apiKey
            self.dimensions = dimensions
            self.batchSize = batchSize
            self.timeout = timeout
            self.queryPrefix = queryPrefix
            self.documentPrefix = documentPrefix
            self.identifier = identifier
        }
    }

    /// The space's identifier.
    public let identifier: String
    /// Elements of a vector, as configured or as first answered.
    public let dimensions: Int

    private let configuration: Configuration
    private let client: EmbeddingsClient

    /// Checks the configuration and, where it does not name the dimensions, embeds one word to learn them.
    ///
    /// - Throws: `invalidArgument`, naming the field; without dimensions also what `embed(_:as:)` throws.
    public init(_ configuration: Configuration) async throws(EmbeddingError) {
        try Self.check(configuration)
        self.configuration = configuration
        client = EmbeddingsClient(configuration)
        if let dimensions = configuration.dimensions {
            self.dimensions = dimensions
        } else {
            let vectors = try await client.vectors(of: ["dimensions"], dimensions: nil)
            dimensions = vectors.first?.count ?? 0
        }
        let prefixes = [configuration.queryPrefix, configuration.documentPrefix]
        identifier =
            configuration.identifier
            ?? "\(configuration.model):\(dimensions)"
            + (prefixes.allSatisfy(\.isEmpty) ? "" : ":" + prefixes.joined(separator: "|"))
    }

    /// Embeds texts, `batchSize` of them a request, one request after the other.
    ///
    /// - Throws: `unauthorized`, `rateLimited`, `rejected`, `unavailable`, `timedOut`, `invalidResponse`,
    ///   `dimensionMismatch`, `cancelled`.
    public func embed(_ texts: [String], as role: EmbeddingRole) async throws(EmbeddingError) -> [[Float]] {
        let prefix = role == .query ? configuration.queryPrefix : configuration.documentPrefix
        var vectors: [[Float]] = []
        vectors.reserveCapacity(texts.count)
        for start in stride(from: 0, to: texts.count, by: configuration.batchSize) {
            let batch = texts[start..<min(start + configuration.batchSize, texts.count)].map { prefix + $0 }
            vectors += try await client.vectors(of: batch, dimensions: dimensions)
        }
        return vectors
    }

    private static func check(_ configuration: Configuration) throws(EmbeddingError) {
        func invalid(_ message: String) -> EmbeddingError { EmbeddingError(code: .invalidArgument, message: message) }
        guard let scheme = configuration.url.scheme?.lowercased(), ["http", "https"].contains(scheme),
            configuration.url.host != nil
        else { throw invalid("url: expected an http or https address") }
        guard !configuration.model.isEmpty else { throw invalid("model: is empty") }
        guard configuration.batchSize >= 1 else { throw invalid("batchSize: \(configuration.batchSize) is under 1") }
        guard configuration.timeout > 0 else { throw invalid("timeout: \(configuration.timeout) is not above 0") }
        if let dimensions = configuration.dimensions, !(1...65_536).contains(dimensions) {
            throw invalid("dimensions: \(dimensions) is not within 1...65536")
        }
    }
}
