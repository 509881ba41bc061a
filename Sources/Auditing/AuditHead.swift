import Digests
import Foundation
package import Memories
import Records

/// The end of a log: which one, how long, and the code of its last entry.
package struct AuditHead: Sendable, Hashable {
    /// The log's own name, random, so that one log does not pass for another.
    package var log: String
    package var sequence: Int64
    package var code: [UInt8]

    // MARK: In the store

    init?(_ record: Record) {
        guard record.values.count == 4, case .text(let log) = record.values[1],
            case .int(let sequence) = record.values[2], case .bytes(let code) = record.values[3]
        else { return nil }
        self.init(log: log, sequence: sequence, code: code)
    }

    init(log: String, sequence: Int64, code: [UInt8]) {
        self.log = log
        self.sequence = sequence
        self.code = code
    }

    var values: [Value] { [.text("head"), .text(log), .int(sequence), .bytes(code)] }

    // MARK: In a file outside of it

    /// Reads a file that ``write(to:)`` wrote; nil where there is none.
    /// - Throws: ``MemoryError`` `corrupted` for a file of something else, `unavailable` for one that cannot be read.
    package init?(file path: String) throws(MemoryError) {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw MemoryError(.unavailable, "the audit head \(path) cannot be read")
        }
        guard case .object(let members)? = try? JSONValue(parsing: text), case .string(let log)? = members["log"],
            case .int(let sequence)? = members["sequence"], case .string(let hex)? = members["code"],
            let code = Self.bytes(hex: hex)
        else { throw MemoryError(.corrupted, "\(path) is not an audit head") }
        self.init(log: log, sequence: sequence, code: code)
    }

    /// Replaces a file at once, and waits until the disk has it: after a crash it is the old one or the new one.
    /// - Throws: ``MemoryError`` `unavailable`.
    func write(to path: String) throws(MemoryError) {
        let text = JSONValue.object([
            "log": .string(log), "sequence": .int(sequence), "code": .string(Digest.hex(code)),
        ]).canonical
        let failure = MemoryError(.unavailable, "the audit head \(path) cannot be written")
        let temporary = path + ".new"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure }
        let bytes = Array((text + "\n").utf8)
        let isWritten = Glibc.write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
        guard Glibc.close(file) == 0, isWritten, rename(temporary, path) == 0 else { throw failure }
        // The name is durable when its folder is.
        let folder = open((path as NSString).deletingLastPathComponent.ifEmpty("."), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw failure }
        defer { _ = Glibc.close(folder) }
        guard fsync(folder) == 0 else { throw failure }
    }

    private static func bytes(hex: String) -> [UInt8]? {
        let digits = Array(hex.utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[place...place + 1], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }
}

extension String {
    fileprivate func ifEmpty(_ other: String) -> String { isEmpty ? other : self }
}
