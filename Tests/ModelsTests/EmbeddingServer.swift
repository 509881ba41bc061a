import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A running `embedding_server.py`, one for all tests; it ends with the process, because its input does.
struct EmbeddingServer: Sendable {
    let base: URL

    static let shared = Result { try EmbeddingServer() }

    private static let input = Pipe()

    private init() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", fixture("embedding_server.py").path]
        let output = Pipe()
        process.standardInput = Self.input
        process.standardOutput = output
        try process.run()
        var line: [UInt8] = []
        while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
            line.append(byte)
        }
        struct NoPort: Error {}
        guard let port = Int(String(decoding: line, as: UTF8.self)),
            let base = URL(string: "http://127.0.0.1:\(port)")
        else { throw NoPort() }
        self.base = base
    }

    var endpoint: URL { base.appendingPathComponent("v1/embeddings") }

    struct Seen: Decodable {
        struct Body: Decodable {
            let model: String
            let input: [String]
            let format: String
            let dimensions: Int?

            enum CodingKeys: String, CodingKey {
                case model
                case input
                case format = "encoding_format"
                case dimensions
            }
        }

        let path: String
        let authorization: String?
        let body: Body
    }

    /// The requests that the server has had for a model.
    func requests(for model: String) async throws -> [Seen] {
        let (data, _) = try await URLSession.shared.data(from: base.appendingPathComponent("requests/\(model)"))
        return try JSONDecoder().decode([Seen].self, from: data)
    }
}

/// A file of the test bundle.
func fixture(_ name: String) -> URL {
    Bundle.module.bundleURL.appendingPathComponent("Fixtures").appendingPathComponent(name)
}
