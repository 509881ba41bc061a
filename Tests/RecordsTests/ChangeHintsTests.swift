import Records
import Testing

@Suite("Hints")
struct ChangeHintsTests {
    @Test("A listener hears at once, then of its own partition and of all")
    func hears() async {
        let hints = ChangeHints()
        #expect(hints.isEmpty)
        var listener = hints.stream(for: Partition("a")).makeAsyncIterator()
        #expect(!hints.isEmpty)
        #expect(await listener.next() != nil)
        hints.notify(Partition("a"))
        #expect(await listener.next() != nil)
        hints.notify(nil)
        #expect(await listener.next() != nil)
        hints.notify(Partition("b"))
        hints.finish()
        // A hint of another partition would come before the end.
        #expect(await listener.next() == nil)
    }

    @Test("Hints that nobody has heard yet are one")
    func coalesces() async {
        let hints = ChangeHints()
        let stream = hints.stream(for: Partition("a"))
        for _ in 0..<10 { hints.notify(Partition("a")) }
        hints.finish()
        var count = 0
        for await _ in stream { count += 1 }
        #expect(count == 1)
    }

    @Test("A listener that leaves is forgotten, and after the end there are none")
    func ends() async {
        let hints = ChangeHints()
        let task = Task { for await _ in hints.stream(for: Partition("a")) {} }
        while hints.isEmpty { await Task.yield() }
        task.cancel()
        await task.value
        #expect(hints.isEmpty)
        hints.finish()
        var late = hints.stream(for: Partition("a")).makeAsyncIterator()
        #expect(await late.next() == nil)
        #expect(hints.isEmpty)
    }
}
