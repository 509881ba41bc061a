/// Uninitialised floats on a cache-line boundary, freed with the object.
// @unchecked: a buffer is written by the one that made it before it is shared, or is owned by one workspace.
final class FloatBuffer: @unchecked Sendable {
    let floats: UnsafeMutablePointer<Float>
    let count: Int

    init(count: Int) {
        let bytes = UnsafeMutableRawPointer.allocate(
            byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
        floats = bytes.bindMemory(to: Float.self, capacity: max(count, 1))
        self.count = count
    }

    deinit {
        UnsafeMutableRawPointer(floats).deallocate()
    }
}
