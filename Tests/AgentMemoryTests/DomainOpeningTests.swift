import Synchronization
import Testing

@testable import AgentMemory

@Suite("Opening of domains")
struct DomainOpeningTests {
    private struct Counts {
        var opened = 0
        var closed = 0
    }

    @Test func whatIsBeingOpenedIsClosedWithTheRest() async throws {
        let (gate, gateHand) = AsyncStream.makeStream(of: Void.self)
        let (begun, begunHand) = AsyncStream.makeStream(of: Void.self)
        let counts = Mutex(Counts())
        let opening = DomainOpening<Int> { () async throws(MemoryError) in
            begunHand.finish()
            for await _ in gate {}
            return counts.withLock { counts in
                counts.opened += 1
                return counts.opened
            }
        } shut: { _ in
            counts.withLock { $0.closed += 1 }
        }
        async let asked = opening.store()
        for await _ in begun {}
        async let closing: Void = opening.close()
        while await !opening.isClosed { await Task.yield() }
        gateHand.finish()
        await closing
        do {
            _ = try await asked
            Issue.record("a store was answered although it is closed")
        } catch {
            #expect((error as? MemoryError)?.code == .closed)
        }
        await opening.close()
        #expect(counts.withLock { $0.opened == 1 && $0.closed == 1 })
    }

    @Test func aFailureIsTriedAgainAndEverybodyGetsTheSame() async throws {
        let counts = Mutex(Counts())
        let opening = DomainOpening<Int> { () async throws(MemoryError) in
            let number = counts.withLock { counts in
                counts.opened += 1
                return counts.opened
            }
            guard number > 1 else { throw MemoryError(.unavailable, "not yet") }
            return number
        } shut: { _ in
        }
        await #expect(throws: MemoryError.self) { try await opening.store() }
        async let first = opening.store()
        async let second = opening.store()
        #expect(try await [first, second] == [2, 2])
        #expect(counts.withLock { $0.opened } == 2)
        await opening.close()
    }
}
