internal import Foundation

/// A file mapped into memory, read only. Its pages belong to the system's cache, so several processes share them.
// @unchecked: the mapping is never written to, and stays until the last reference goes.
final class MappedFile: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer

    /// - Throws: `modelNotFound` when the file is absent or unreadable, `malformedModel` when it is empty.
    init(path: String) throws(EmbeddingError) {
        let name = String(path.split(separator: "/").last ?? "")
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw EmbeddingError(code: .modelNotFound, message: "cannot open \(name) at \(path): \(Self.reason())")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw EmbeddingError(code: .modelNotFound, message: "\(path) is not a regular file")
        }
        let size = Int(status.st_size)
        guard size > 0 else {
            throw EmbeddingError(code: .malformedModel, message: "\(name) is empty")
        }
        guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            throw EmbeddingError(code: .modelNotFound, message: "cannot map \(path): \(Self.reason())")
        }
        bytes = UnsafeRawBufferPointer(start: start, count: size)
    }

    deinit {
        munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }

    /// Gives the pages back; those still needed are read from the system's cache again.
    func releasePages() {
        madvise(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count, Int32(MADV_DONTNEED))
    }

    /// Visits the whole file in order, 8 MiB at a time, and keeps no page that it has passed.
    func forEachChunk(_ body: (UnsafeRawBufferPointer) -> Void) {
        let size = 8 << 20
        for start in stride(from: 0, to: bytes.count, by: size) {
            body(UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + size, bytes.count)]))
            releasePages()
        }
    }

    private static func reason() -> String {
        String(cString: strerror(errno))
    }
}
