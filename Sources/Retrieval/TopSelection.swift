/// Keeps the best elements of a stream in a binary heap whose root is the worst of those kept.
struct TopSelection<Element> {
    private let limit: Int
    private let precedes: (Element, Element) -> Bool
    private var heap: [Element] = []

    /// `precedes` is a strict order, true when the first element is better. `limit` is 1 or more.
    init(limit: Int, precedes: @escaping (Element, Element) -> Bool) {
        self.limit = limit
        self.precedes = precedes
        heap.reserveCapacity(min(limit, 1024))
    }

    /// The worst element kept, once there are as many as wanted.
    var worstIfFull: Element? { heap.count == limit ? heap[0] : nil }

    @inline(__always)
    mutating func insert(_ element: Element) {
        if heap.count < limit {
            heap.append(element)
            siftUp(heap.count - 1)
        } else if precedes(element, heap[0]) {
            heap[0] = element
            siftDown(0)
        }
    }

    /// The elements kept, best first.
    func sorted() -> [Element] { heap.sorted(by: precedes) }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard precedes(heap[parent], heap[child]) else { return }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var parent = start
        while true {
            var worst = parent
            let left = 2 * parent + 1
            if left < heap.count, precedes(heap[worst], heap[left]) { worst = left }
            if left + 1 < heap.count, precedes(heap[worst], heap[left + 1]) { worst = left + 1 }
            guard worst != parent else { return }
            heap.swapAt(parent, worst)
            parent = worst
        }
    }
}
