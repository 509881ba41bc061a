import Records

/// The checkpoints of one namespace as a graph: what refers to which values, and who was made from whom.
struct ChannelChain {
    /// One checkpoint, without its state.
    struct Link {
        var id: String
        var parent: String?
        var versions: [ChannelVersion]
        var incremental: [String]
        var createdAt: Int64
        var byteCount: Int64
        var isRetained: Bool
    }

    /// By descending id.
    var links: [Link]
    /// The stored values and their bytes.
    var values: [ChannelVersion: Int64]
    /// Values whose first part is gone: a long one was emptied, and nobody reads what is left of it.
    var remains: Set<ChannelVersion>
    private let places: [Bytewise: Int]

    /// - Parameter links: In any order.
    init(_ links: [Link], _ values: [ChannelVersion: Int64], _ remains: Set<ChannelVersion> = []) {
        self.links = links.sorted { $0.id.compareBytes($1.id) > 0 }
        self.values = values
        self.remains = remains
        var places: [Bytewise: Int] = [:]
        for (place, link) in self.links.enumerated() { places[Bytewise(link.id)] = place }
        self.places = places
    }

    /// What to do so that only some checkpoints stay, and these load whole.
    struct Plan: Equatable {
        /// Checkpoints that leave.
        var removed: [String] = []
        /// Checkpoints that leave for readers, but are needed by incremental channels of others.
        var retained: [String] = []
        /// Values that leave.
        var values: [ChannelVersion] = []
        /// The greatest id that stays.
        var latest: String?
    }

    /// Plans a removal.
    /// - Parameter stays: Whether a checkpoint stays; ones that left for readers before never do.
    /// - Complexity: O(checkpoints × channels + incremental channels × chain).
    func plan(keeping stays: (Link) -> Bool) -> Plan {
        var plan = Plan()
        var needed: Set<ChannelVersion> = []
        var kept: Set<Int> = []
        for (place, link) in links.enumerated() where !link.isRetained && stays(link) {
            kept.insert(place)
            needed.formUnion(link.versions)
            if plan.latest == nil { plan.latest = link.id }
        }
        var support: Set<Int> = []
        // One walk serves all checkpoints that meet it: a channel's chain above a link is the same for each.
        var walked: Set<Step> = []
        for place in kept.sorted() {
            for channel in links[place].incremental where value(of: channel, at: place) == nil {
                var current = parent(of: place)
                while let ancestor = current, walked.insert(Step(channel: Bytewise(channel), place: ancestor)).inserted
                {
                    support.insert(ancestor)
                    if let seed = value(of: channel, at: ancestor) {
                        needed.insert(seed)
                        break
                    }
                    current = parent(of: ancestor)
                }
            }
        }
        for (place, link) in links.enumerated() where !kept.contains(place) {
            if support.contains(place) {
                if !link.isRetained { plan.retained.append(link.id) }
            } else {
                plan.removed.append(link.id)
            }
        }
        plan.values = (values.keys.filter { !needed.contains($0) } + remains).sorted {
            let order = $0.channel.compareBytes($1.channel)
            return order != 0 ? order < 0 : $0.version.keyText.compareBytes($1.version.keyText) < 0
        }
        return plan
    }

    /// The checkpoints that a policy keeps, as places in ``links``.
    func kept(by policy: PrunePolicy, now: Int64) -> Set<String> {
        var kept: Set<String> = []
        var counted: Set<ChannelVersion> = []
        var bytes: Int64 = 0
        var isFull = false
        for link in links where !link.isRetained {
            let fresh = link.versions.filter { counted.insert($0).inserted }
            bytes += link.byteCount + fresh.reduce(0) { $0 + (values[$1] ?? 0) }
            if let limit = policy.maximumBytes, bytes > Int64(limit) { isFull = true }
            if kept.isEmpty {
                kept.insert(link.id)
                continue
            }
            if isFull { break }
            if let count = policy.keepLatest, kept.count >= count { break }
            if let age = policy.maximumAge, Double(now - link.createdAt) > age * 1_000_000 { continue }
            kept.insert(link.id)
        }
        return kept
    }

    /// The stored value of a channel as a checkpoint has it; nil when it has none.
    private func value(of channel: String, at place: Int) -> ChannelVersion? {
        links[place].versions.first { $0.channel.hasSameBytes(as: channel) }.flatMap { values[$0] == nil ? nil : $0 }
    }

    private func parent(of place: Int) -> Int? { links[place].parent.flatMap { places[Bytewise($0)] } }

    private struct Step: Hashable {
        var channel: Bytewise
        var place: Int
    }
}

/// A text that is equal to another by its bytes only.
struct Bytewise: Hashable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: Bytewise, right: Bytewise) -> Bool { left.text.hasSameBytes(as: right.text) }
}
