import Graph
import Records

/// A graph as a list of facts that is searched from end to end, with days for times.
struct GraphModel {
    struct Node {
        var name: String
        var aliases: Set<String> = []
    }

    struct Fact: Hashable {
        var source: String, kind: String, target: String
        var from: Int?, until: Int?
        var episodes: Set<String>
        var recorded: Int
        var retracted: Int?

        init(
            source: String, kind: String, target: String, from: Int?, until: Int?, episodes: Set<String>, recorded: Int
        ) {
            (self.source, self.kind, self.target) = (source, kind, target)
            (self.from, self.until, self.episodes, self.recorded) = (from, until, episodes, recorded)
        }

        init(_ relation: Relation) {
            func day(_ time: Timestamp) -> Int {
                Int((time.microseconds - Timestamp.day(0).microseconds) / 86_400_000_000)
            }
            self.init(
                source: relation.source, kind: relation.kind, target: relation.target,
                from: relation.validFrom.map(day), until: relation.validUntil.map(day),
                episodes: Set(relation.episodes), recorded: day(relation.recordedAt))
            retracted = relation.retractedAt.map(day)
        }

        func connects(_ other: Fact) -> Bool {
            source == other.source && kind == other.kind && target == other.target
        }

        /// What it says, whenever it was believed.
        func says(_ other: Fact) -> Bool { connects(other) && from == other.from && until == other.until }

        /// Whether two that are believed must not be side by side.
        func isSame(_ other: Fact) -> Bool {
            connects(other) && from == other.from && (from != nil || until == other.until)
        }

        func isTrue(on day: Int) -> Bool { (from ?? .min) <= day && day < (until ?? .max) }

        func isSeen(_ view: GraphView) -> Bool {
            func day(_ time: Timestamp) -> Int {
                Int((time.microseconds - Timestamp.day(0).microseconds) / 86_400_000_000)
            }
            if let valid = view.validAt, !isTrue(on: day(valid)) { return false }
            switch view.belief {
            case .now: return retracted == nil
            case .at(let known): return recorded <= day(known) && day(known) < (retracted ?? .max)
            case .ever: return true
            }
        }
    }

    var entities: [String: Node] = [:]
    var facts: [Fact] = []
    /// How often entities became one, which may bring two exclusive facts together.
    var mergers = 0

    var ids: [String] { entities.keys.sorted() }
    var believed: [Int] { facts.indices.filter { facts[$0].retracted == nil } }

    func named(_ name: String) -> [String] {
        ids.filter { entities[$0]?.name == name || entities[$0]?.aliases.contains(name) == true }
    }

    static func sorted(_ facts: [Fact]) -> [String] {
        facts.map {
            "\($0.source) \($0.kind) \($0.target) \($0.from ?? -999)…\($0.until ?? 999) "
                + "\($0.episodes.sorted()) \($0.recorded)…\($0.retracted ?? 999)"
        }.sorted()
    }

    // MARK: Recording

    /// Whether it was believed already.
    mutating func relate(_ new: Fact, _ day: Int) -> Bool {
        let known = believed.filter { facts[$0].connects(new) }
        if new.from == nil, new.until != nil,
            let open = known.first(where: { facts[$0].from == nil && facts[$0].until == nil })
        {
            return correct(open, new.until, day, new.episodes)
        }
        guard let same = known.first(where: { facts[$0].isSame(new) }) else {
            facts.append(new)
            return false
        }
        if let until = new.until, until != facts[same].until { return correct(same, until, day, new.episodes) }
        facts[same].episodes.formUnion(new.episodes)
        return true
    }

    /// Puts another end in the place of a fact's; whether that was believed already.
    @discardableResult
    mutating func correct(_ index: Int, _ until: Int?, _ day: Int, _ episodes: Set<String> = []) -> Bool {
        var new = facts[index]
        new.until = until
        new.episodes.formUnion(episodes)
        new.recorded = day
        facts[index].retracted = day
        return insert(new)
    }

    /// Adds a fact, or its episodes to the one that is believed.
    private mutating func insert(_ new: Fact) -> Bool {
        if let same = believed.first(where: { facts[$0].isSame(new) }) {
            facts[same].episodes.formUnion(new.episodes)
            return true
        }
        facts.append(new)
        return false
    }

    /// Days on which anything of these tests can be true.
    private static let days = -60..<260

    /// Day by day: a fact is true on the days that the new one leaves it.
    mutating func relateExclusively(_ new: Fact, _ day: Int) -> Bool {
        let others = believed.filter {
            facts[$0].source == new.source && facts[$0].kind == new.kind && facts[$0].target != new.target
        }
        let same = repeated(by: new, day)
        var (from, until) = (new.from, new.until)
        if let same { (from, until) = (facts[same].from, new.until ?? facts[same].until) }
        if from == nil, (until ?? .max) > day, others.contains(where: { (facts[$0].from ?? .min) <= day }) {
            from = day
        }
        if until == nil { until = others.compactMap { facts[$0].from }.filter { $0 > (from ?? day) }.min() }
        let firstRest = facts.count
        let taken = Set(Self.days.filter { (from ?? .min) <= $0 && $0 < (until ?? .max) })
        for index in others where Self.days.contains(where: { facts[index].isTrue(on: $0) && taken.contains($0) }) {
            let old = facts[index]
            facts[index].retracted = day
            var run: [Int] = []
            for moment in Self.days.lowerBound...Self.days.upperBound {
                if moment < Self.days.upperBound, old.isTrue(on: moment), !taken.contains(moment) {
                    run.append(moment)
                    continue
                }
                if let first = run.first, let last = run.last {
                    var rest = old
                    rest.recorded = day
                    rest.from = first == Self.days.lowerBound ? nil : first
                    rest.until = last == Self.days.upperBound - 1 ? nil : last + 1
                    add(rest, day, firstRest)
                }
                run = []
            }
        }
        var recorded = new
        (recorded.from, recorded.until) = (from, until)
        guard let same else {
            facts.append(recorded)
            return false
        }
        guard facts[same].from != from || facts[same].until != until else {
            facts[same].episodes.formUnion(new.episodes)
            return true
        }
        recorded.episodes.formUnion(facts[same].episodes)
        facts[same].retracted = day
        facts.append(recorded)
        return false
    }

    /// Adds what is left of a fact; where two begin at once the longer stays.
    private mutating func add(_ rest: Fact, _ day: Int, _ firstRest: Int) {
        guard let same = believed.first(where: { facts[$0].isSame(rest) }) else { return facts.append(rest) }
        if same >= firstRest {
            facts[same].episodes.formUnion(rest.episodes)
            if (facts[same].until ?? .max) < (rest.until ?? .max) { facts[same].until = rest.until }
        } else if (facts[same].until ?? .max) < (rest.until ?? .max) {
            facts[same].retracted = day
            facts.append(rest)
            facts[facts.count - 1].episodes.formUnion(facts[same].episodes)
        }
    }

    /// The fact that an exclusive statement says again.
    private func repeated(by new: Fact, _ day: Int) -> Int? {
        let known = believed.filter { facts[$0].connects(new) }
        if let from = new.from { return known.first { facts[$0].from == from } }
        if let until = new.until, until <= day { return known.first { facts[$0].isSame(new) } }
        return known.filter { facts[$0].isTrue(on: day) }.max { (facts[$0].from ?? .min) < (facts[$1].from ?? .min) }
    }

    // MARK: Entities

    mutating func remove(_ id: String) {
        entities[id] = nil
        facts.removeAll { $0.source == id || $0.target == id }
    }

    mutating func merge(_ id: String, into survivor: String) {
        mergers += 1
        guard let node = entities.removeValue(forKey: id) else { return }
        entities[survivor]?.aliases.formUnion(node.aliases.union([node.name]))
        for index in facts.indices.reversed() where facts[index].source == id || facts[index].target == id {
            var moved = facts[index]
            if moved.source == id { moved.source = survivor }
            if moved.target == id { moved.target = survivor }
            facts.remove(at: index)
            if moved.source == moved.target { continue }
            if moved.retracted == nil, believed.contains(where: { facts[$0].isSame(moved) }) {
                _ = insert(moved)
            } else {
                facts.append(moved)
            }
        }
    }

    // MARK: Walking

    func walk(
        from start: String, _ depth: Int, _ direction: Direction, _ kinds: [String], _ view: GraphView
    ) -> (distances: [String: Int], facts: [Fact]) {
        var distances = [start: 0]
        var found: Set<Int> = []
        for distance in 0..<depth {
            let frontier = distances.filter { $0.value == distance }.map(\.key)
            for (index, fact) in facts.enumerated()
            where fact.isSeen(view) && (kinds.isEmpty || kinds.contains(fact.kind)) {
                let follows =
                    direction != .incoming && frontier.contains(fact.source)
                    || direction != .outgoing && frontier.contains(fact.target)
                guard follows else { continue }
                found.insert(index)
                for end in [fact.source, fact.target] where distances[end] == nil { distances[end] = distance + 1 }
            }
        }
        distances[start] = nil
        return (distances, found.map { facts[$0] })
    }
}
