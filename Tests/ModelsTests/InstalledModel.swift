import Foundation
import Models
import Testing

/// The model that the tests need: the folder in AGENT_MEMORY_MODEL, or the default one.
enum InstalledModel {
    private static let environment = ProcessInfo.processInfo.environment

    static let directory = ModelDirectory(
        path: environment["AGENT_MEMORY_MODEL"] ?? ModelDirectory.defaultPath(environment: environment))

    /// An absent model is a failure unless it is left out on purpose.
    static let isSkipped: Bool = {
        let names = environment["AGENT_MEMORY_TEST_SKIP"]?.split(separator: ",") ?? []
        let isSkipped = names.contains("model")
        if isSkipped { print("skipped: tests of the embedding model, because AGENT_MEMORY_TEST_SKIP names \"model\"") }
        return isSkipped
    }()

    static let embedder = Result { try BERTEmbedder(directory: directory) }

    /// The vectors of one text each in `vectors.f32le`, computed in double precision by another implementation.
    static func referenceVectors() throws -> [[Float]] {
        let data = try Data(contentsOf: fixture("vectors.f32le"))
        let floats = data.withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map {
                Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
            }
        }
        return stride(from: 0, to: floats.count, by: 384).map { Array(floats[$0..<$0 + 384]) }
    }

    struct Golden: Decodable {
        let text: String
        let tokens: [Int32]
    }

    /// Texts and their tokens; the first of them are those of the reference vectors.
    static func goldens() throws -> [Golden] {
        try JSONDecoder().decode([Golden].self, from: Data(contentsOf: fixture("tokens.json")))
    }
}

func cosine(_ a: [Float], _ b: [Float]) -> Double {
    var dot = 0.0
    var squareA = 0.0
    var squareB = 0.0
    for (x, y) in zip(a, b) {
        dot += Double(x) * Double(y)
        squareA += Double(x) * Double(x)
        squareB += Double(y) * Double(y)
    }
    return dot / (squareA * squareB).squareRoot()
}
