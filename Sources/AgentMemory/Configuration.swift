public import Foundation
public import Memories
import Models
public import Transcripts

extension AgentMemory {
    /// How ``AgentMemory/open(_:configuration:)`` works.
    public struct Configuration: Sendable {
        /// Which model turns texts into vectors, unless ``memories`` brings one.
        public var embedder: EmbedderChoice
        /// Everything else about memories.
        public var memories: MemoryStoreConfiguration
        /// Everything about transcripts.
        public var transcripts: TranscriptStoreConfiguration

        /// The defaults: the installed model, no limits.
        public init(
            embedder: EmbedderChoice = .automatic, memories: MemoryStoreConfiguration = MemoryStoreConfiguration(),
            transcripts: TranscriptStoreConfiguration = TranscriptStoreConfiguration()
        ) {
            self.embedder = embedder
            self.memories = memories
            self.transcripts = transcripts
        }
    }

    /// Which model turns texts into vectors.
    public enum EmbedderChoice: Sendable {
        /// The installed model; without one, search is by words and answers say `degraded: ["embeddings"]`.
        case automatic
        /// None: search is by words, by choice.
        case none
        /// A folder with a BERT model: `model.safetensors`, `vocab.txt`, `config.json`.
        case folder(String)
        /// An OpenAI-compatible service's `…/v1/embeddings` URL; query items `model`, `dimensions`.
        case service(URL, apiKey: String?)

        /// Reads `auto`, `none`, a URL or a folder.
        /// - Throws: ``MemoryError`` `invalid` when it is none of them.
        public init(parsing text: String, apiKey: String? = nil) throws(MemoryError) {
            switch text {
            case "auto": self = .automatic
            case "none": self = .none
            case _ where text.hasPrefix("http://") || text.hasPrefix("https://"):
                guard let url = URL(string: text) else { throw MemoryError(.invalid, "embedder: not a URL") }
                self = .service(url, apiKey: apiKey)
            case "": throw MemoryError(.invalid, "embedder must be auto, none, a folder or a URL")
            default: self = .folder(text)
            }
        }

        /// The embedder, if there is to be one.
        func make() async throws(MemoryError) -> (embedder: (any Embedder)?, isLexicalByChoice: Bool) {
            do {
                switch self {
                case .none: return (nil, true)
                case .automatic:
                    let path = ModelDirectory.defaultPath(environment: ProcessInfo.processInfo.environment)
                    let directory = ModelDirectory(path: path)
                    guard directory.isInstalled else { return (nil, false) }
                    return (try CachingEmbedder(BERTEmbedder(directory: directory)), false)
                case .folder(let path):
                    return (try CachingEmbedder(BERTEmbedder(directory: ModelDirectory(path: path))), false)
                case .service(let url, let apiKey):
                    return (try CachingEmbedder(await HTTPEmbedder(Self.serviceConfiguration(url, apiKey))), false)
                }
            } catch {
                throw MemoryError(.unavailable, "embedder: \(error.message)", underlying: error)
            }
        }

        private static func serviceConfiguration(_ url: URL, _ apiKey: String?) -> HTTPEmbedder.Configuration {
            var parts = URLComponents(url: url, resolvingAgainstBaseURL: false)
            let items = parts?.queryItems ?? []
            parts?.queryItems = nil
            func item(_ name: String) -> String? { items.first { $0.name == name }?.value }
            return HTTPEmbedder.Configuration(
                url: parts?.url ?? url, model: item("model") ?? "text-embedding-3-small", apiKey: apiKey,
                dimensions: item("dimensions").flatMap(Int.init))
        }
    }
}
