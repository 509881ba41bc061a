internal import CKernels
internal import Foundation

/// A file of named tensors: a little-endian length of eight bytes, a JSON header of that length, then the data
/// (safetensors format, version 1).
struct SafeTensors: Sendable {
    /// One tensor of the file.
    struct Tensor: Sendable {
        let name: String
        let shape: [Int]
        let elementType: ElementType
        /// Its bytes, within the whole file.
        let range: Range<Int>
    }

    /// How elements are stored.
    enum ElementType: String, Sendable {
        case float32 = "F32"
        case float16 = "F16"
        case brainFloat16 = "BF16"

        var width: Int { self == .float32 ? 4 : 2 }

        var kernelType: Int32 {
            switch self {
            case .float32: Int32(TRANSFORMER_F32)
            case .float16: Int32(TRANSFORMER_F16)
            case .brainFloat16: Int32(TRANSFORMER_BF16)
            }
        }
    }

    let file: MappedFile
    private let fileName: String
    private let entries: [String: Entry]
    private let dataStart: Int

    private struct Entry: Sendable {
        let type: String
        let shape: [Int]
        let start: Int
        let end: Int
    }

    /// Maps the file and reads its header. The data is not touched.
    ///
    /// - Throws: `modelNotFound`; `malformedModel` when the header is damaged.
    init(path: String) throws(EmbeddingError) {
        fileName = String(path.split(separator: "/").last ?? "")
        file = try MappedFile(path: path)
        let bytes = file.bytes
        guard bytes.count >= 8 else {
            throw Self.malformed(fileName, "too short to hold a header")
        }
        let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        guard length <= UInt64(bytes.count - 8) else {
            throw Self.malformed(fileName, "header of \(length) bytes in a file of \(bytes.count)")
        }
        dataStart = 8 + Int(length)
        let header: Any
        do {
            header = try JSONSerialization.jsonObject(with: Data(bytes[8..<dataStart]))
        } catch {
            throw EmbeddingError(
                code: .malformedModel, message: "\(fileName): the header is not JSON", underlying: error)
        }
        guard let members = header as? [String: Any] else {
            throw Self.malformed(fileName, "the header is not a JSON object")
        }
        var entries: [String: Entry] = [:]
        for (name, value) in members where name != "__metadata__" {
            guard let value = value as? [String: Any], let type = value["dtype"] as? String,
                let shape = value["shape"] as? [Int], let offsets = value["data_offsets"] as? [Int],
                offsets.count == 2, shape.allSatisfy({ $0 >= 0 }), offsets[0] >= 0, offsets[0] <= offsets[1]
            else {
                throw Self.malformed(fileName, "tensor \(name): the header entry is not valid")
            }
            guard offsets[1] <= bytes.count - dataStart else {
                throw Self.malformed(
                    fileName,
                    "tensor \(name): ends at \(offsets[1]) of \(bytes.count - dataStart) data bytes; is it truncated?")
            }
            entries[name] = Entry(type: type, shape: shape, start: offsets[0], end: offsets[1])
        }
        self.entries = entries
    }

    func contains(_ name: String) -> Bool {
        entries[name] != nil
    }

    /// The tensor of a name, whose shape must be the given one.
    ///
    /// - Throws: `malformedModel` when it is absent or of another shape, `unsupportedModel` for other element types.
    func tensor(_ name: String, shape: [Int]) throws(EmbeddingError) -> Tensor {
        guard let entry = entries[name] else {
            throw Self.malformed(fileName, "tensor \(name) is missing")
        }
        guard entry.shape == shape else {
            throw Self.malformed(fileName, "tensor \(name): expected shape \(shape), got \(entry.shape)")
        }
        guard let type = ElementType(rawValue: entry.type) else {
            throw EmbeddingError(
                code: .unsupportedModel,
                message: "\(fileName): tensor \(name): element type \(entry.type); F32, F16 and BF16 can be read")
        }
        let size = shape.reduce(type.width, *)
        guard entry.end - entry.start == size else {
            throw Self.malformed(
                fileName, "tensor \(name): expected \(size) bytes of data, got \(entry.end - entry.start)")
        }
        return Tensor(
            name: name, shape: shape, elementType: type, range: dataStart + entry.start..<dataStart + entry.end)
    }

    /// Copies `count` elements from `offset` on, as floats.
    func copy(_ tensor: Tensor, from offset: Int = 0, count: Int, to destination: UnsafeMutablePointer<Float>) {
        let start = tensor.range.lowerBound + offset * tensor.elementType.width
        precondition(offset >= 0 && start + count * tensor.elementType.width <= tensor.range.upperBound)
        guard let base = file.bytes.baseAddress else { return }
        transformer_widen(tensor.elementType.kernelType, base + start, count, destination)
    }

    private static func malformed(_ file: String, _ problem: String) -> EmbeddingError {
        EmbeddingError(code: .malformedModel, message: "\(file): \(problem)")
    }
}
