import AgentMemory
import Transcripts

/// A log that grows, and what its operations cost at a length.
struct EventBenchmark {
    let store: TranscriptStore
    let owner: Owner
    let session: String

    /// How often each operation is measured at a length; the appends among them lengthen the log by as many events.
    static let samples = 200
    static let heading =
        "events      append p50 ms  page p50 ms  last page p50 ms  window p50 ms  latest p50 ms  filling events/s"

    /// What was measured at a length.
    struct Point {
        var events: Int
        var perSecond: Double
        var operations: [(name: String, times: Measurements)]

        var members: [String: JSONValue] {
            var members: [String: JSONValue] = [
                "events": .int(Int64(events)), "filling_per_second": .double(perSecond.rounded(places: 1)),
            ]
            for operation in operations { members[operation.name] = .object(operation.times.members) }
            return members
        }

        var line: String {
            func column(_ text: String, _ width: Int) -> String {
                text + String(repeating: " ", count: max(1, width - text.count))
            }
            let widths = [15, 13, 18, 15, 15]
            let medians = zip(operations, widths).map { column("\($0.times.percentile(0.5).rounded(places: 3))", $1) }
            return column("\(events)", 12) + medians.joined() + "\(Int(perSecond))"
        }
    }

    func append(_ numbers: Range<Int>) async throws {
        try await store.append(numbers.map(event), to: .session(session), in: owner)
    }

    /// An event of some forty words; every tenth is a note.
    private func event(_ number: Int) -> NewEvent {
        if number % 10 == 9 {
            return NewEvent(.plannerNote(PlannerNote("step \(number) is planned")), key: "n\(number)")
        }
        var words: [String] = []
        var state = UInt64(truncatingIfNeeded: number) &* 0x9e37_79b9_7f4a_7c15 &+ 1
        for _ in 0..<40 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            words.append("word\(state >> 33 % 5_000)")
        }
        let message = Message(words.joined(separator: " "))
        return NewEvent(
            number % 2 == 0 ? .userMessage(message) : .assistantMessage(message), key: "m\(number)", author: "bench")
    }

    /// Measures a log of so many events.
    func measure(_ count: Int, perSecond: Double) async throws -> Point {
        var append = Measurements()
        for number in count..<count + Self.samples {
            let event = event(number)
            append.add(
                try await Stopwatch.seconds { try await store.append([event], to: .session(session), in: owner) })
        }
        let log = EventLog.session(session)
        var page = Measurements()
        var last = Measurements()
        var window = Measurements()
        var latest = Measurements()
        for sample in 0..<Self.samples {
            let place = Int64(sample) * Int64(count) / Int64(Self.samples)
            var anchor = ""
            page.add(
                try await Stopwatch.seconds {
                    let found = try await store.events(in: log, of: owner, after: place, limit: 50).events
                    anchor = found.last?.id ?? ""
                })
            last.add(
                try await Stopwatch.seconds {
                    _ = try await store.events(in: log, of: owner, isDescending: true, limit: 50)
                })
            window.add(
                try await Stopwatch.seconds { _ = try await store.eventWindow(around: anchor, of: owner) })
            latest.add(
                try await Stopwatch.seconds { _ = try await store.latestEvent(of: .plannerNote, in: log, of: owner) })
        }
        return Point(
            events: count + Self.samples, perSecond: perSecond,
            operations: [
                ("append", append), ("page", page), ("last_page", last), ("window", window), ("latest", latest),
            ])
    }
}
