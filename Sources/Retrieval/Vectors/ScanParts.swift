import Dispatch

/// How a long scan is shared by several threads.
///
/// A scan of many vectors waits for memory, which two cores bring faster than one. There are more parts than cores, so
/// that a thread that wakes late leaves little to wait for; the caller's thread takes part and never only waits.
struct ScanParts {
    /// From how many bytes on a scan is shared: below, waking another thread costs more than it saves.
    private static let sharedBytes = 4 << 20
    private static let sharedCount = 8

    /// How many parts there are.
    let count: Int
    private let rows: Int

    init(rows: Int, stride: Int) {
        self.rows = rows
        count = rows * stride < Self.sharedBytes ? 1 : Self.sharedCount
    }

    /// The rows of a part.
    subscript(part: Int) -> Range<Int> { part * rows / count..<(part + 1) * rows / count }

    /// Runs `body` for every part, several at a time, and returns what each answered.
    func map(_ body: (Int) -> Int) -> [Int] {
        if count == 1 { return [body(0)] }
        return withoutActuallyEscaping(body) { body in
            [Int](unsafeUninitializedCapacity: count) { answers, initialized in
                // Each part writes a place of its own, and all are done when this returns.
                nonisolated(unsafe) let (answers, body) = (answers, body)
                DispatchQueue.concurrentPerform(iterations: count) { part in
                    answers.initializeElement(at: part, to: body(part))
                }
                initialized = count
            }
        }
    }
}
