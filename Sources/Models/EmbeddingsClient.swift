internal import Foundation
import HTTPClient
internal import Telemetry

#if canImport(FoundationNetworking)
    internal import FoundationNetworking
#endif

/// One request to an embeddings endpoint and the reading of its answer.
final class EmbeddingsClient: Sendable {
    private let url: URL
    private let model: String
    private let apiKey: String?
    private let sentDimensions: Int?
    private let timeout: TimeInterval
    private let client: HTTPClient

    init(_ configuration: HTTPEmbedder.Configuration) {
        url = configuration.url
        model = configuration.model
        apiKey = configuration.apiKey
        sentDimensions = configuration.dimensions
        timeout = configuration.timeout
        client = HTTPClient(timeout: configuration.timeout)
    }

    private struct Request: Encodable {
        let model: String
        let input: [String]
        let encodingFormat = "float"
        let dimensions: Int?

        enum CodingKeys: String, CodingKey {
            case model
            case input
            case encodingFormat = "encoding_format"
            case dimensions
        }
    }

    private struct Response: Decodable {
        struct Item: Decodable {
            let index: Int?
            let embedding: [Float]
        }

        let data: [Item]
    }

    private struct Failure: Decodable {
        struct Body: Decodable {
            let code: String?
            let type: String?
        }

        let error: Body
    }

    /// The vectors of texts in their order, whatever the order of the answer.
    ///
    /// - Parameter dimensions: The size that every vector must have; without it they need only be equal.
    func vectors(of texts: [String], dimensions: Int?) async throws(EmbeddingError) -> [[Float]] {
        let (body, status) = try await send(texts)
        guard (200..<300).contains(status) else { throw Self.failure(status: status, body: body) }
        let items: [Response.Item]
        do {
            items = try JSONDecoder().decode(Response.self, from: body).data
        } catch {
            // The decoder's error may quote the answer, so it is not passed on.
            throw EmbeddingError(code: .invalidResponse, message: "the answer is not a list of embeddings")
        }
        guard items.count == texts.count else {
            throw EmbeddingError(
                code: .invalidResponse, message: "expected \(texts.count) embeddings, got \(items.count)")
        }
        var vectors = [[Float]](repeating: [], count: items.count)
        let expected = dimensions ?? items.first?.embedding.count ?? 0
        for (position, item) in items.enumerated() {
            let index = item.index ?? position
            guard vectors.indices.contains(index), vectors[index].isEmpty else {
                throw EmbeddingError(code: .invalidResponse, message: "index \(index) is out of range or repeated")
            }
            guard item.embedding.count == expected, expected > 0 else {
                throw EmbeddingError(
                    code: .dimensionMismatch,
                    message: "embedding dimension mismatch: expected \(expected), got \(item.embedding.count)")
            }
            vectors[index] = item.embedding
        }
        return vectors
    }

    private func send(_ texts: [String]) async throws(EmbeddingError) -> (body: Data, status: Int) {
        var request = URLRequest(url: url, timeoutInterval: timeout)
        request.httpMethod = "POST"
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        // The service's part of the trace belongs to the request at hand.
        if let span = CurrentSpan.current { request.setValue(span.traceparent, forHTTPHeaderField: "traceparent") }
        if let apiKey { request.setValue("Bearer \(apiKey)", forHTTPHeaderField: "Authorization") }
        do {
            // Services refuse empty texts; a blank has the same meaning.
            let input = texts.map { $0.isEmpty ? " " : $0 }
            request.httpBody = try JSONEncoder().encode(
                Request(model: model, input: input, dimensions: sentDimensions))
        } catch {
            throw EmbeddingError(
                code: .invalidArgument, message: "the texts cannot be written as JSON", underlying: error)
        }
        do throws(HTTPClientError) {
            let (body, response) = try await client.send(request)
            return (body, response.statusCode)
        } catch {
            switch error.reason {
            case .timedOut:
                throw EmbeddingError(code: .timedOut, message: "no answer within \(timeout) s", underlying: error)
            case .cancelled:
                throw EmbeddingError(code: .cancelled, message: "the task was cancelled", underlying: error)
            case .notHTTP: throw EmbeddingError(code: .invalidResponse, message: "the answer is not HTTP")
            case .notConnected, .broken:
                let number = error.number.map { " (URL error \($0))" } ?? ""
                throw EmbeddingError(
                    code: .unavailable, message: "the embedding service cannot be reached\(number)", underlying: error)
            }
        }
    }

    private static func failure(status: Int, body: Data) -> EmbeddingError {
        let code: EmbeddingError.Code =
            switch status {
            case 401, 403: .unauthorized
            case 408: .timedOut
            case 429: .rateLimited
            case 500...: .unavailable
            default: .rejected
            }
        // The service's message may repeat the texts; its code is a word.
        let details = try? JSONDecoder().decode(Failure.self, from: body).error
        let word = (details?.code ?? details?.type).flatMap { word in
            word.count <= 64 && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
                ? " (\(word))" : nil
        }
        return EmbeddingError(code: code, message: "the embedding service answered with status \(status)\(word ?? "")")
    }
}
