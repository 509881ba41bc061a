/// Which node serves which slot, as far as is known: a pure value.
struct SlotMap: Sendable {
    /// A host and a port, as nodes name each other.
    struct Node: Sendable, Hashable {
        var host: String
        var port: Int
    }

    /// What a node says about a slot that it does not serve, or not now.
    enum Redirection: Sendable, Hashable {
        /// The slot belongs to another node from now on.
        case moved(slot: Int, Node)
        /// The slot is on its way to another node.
        case migrating
    }

    private var nodes: [Node] = []
    private var owners = [Int](repeating: -1, count: HashSlot.count)

    /// Every node that serves a slot.
    var masters: [Node] {
        let used = Set(owners)
        return nodes.indices.filter { used.contains($0) }.map { nodes[$0] }
    }

    /// Whether every slot is served.
    var isComplete: Bool { !owners.contains(-1) }

    /// The node of a slot; nil while it is unknown.
    func node(of slot: Int) -> Node? { owners[slot] < 0 ? nil : nodes[owners[slot]] }

    /// Notes that a slot belongs to a node.
    mutating func move(_ slot: Int, to node: Node) {
        guard owners.indices.contains(slot) else { return }
        owners[slot] = index(of: node)
    }

    /// Reads the answer of `CLUSTER SLOTS`; nil when it is none. A node that does not know its own name has the one it was
    /// asked by.
    init?(_ reply: RESPValue, askedAs asked: Node) {
        guard let ranges = reply.elements else { return nil }
        for range in ranges {
            guard let parts = range.elements, parts.count >= 3, let first = parts[0].number, let last = parts[1].number,
                let master = parts[2].elements, master.count >= 2, let port = master[1].number,
                first >= 0, first <= last, last < HashSlot.count
            else { return nil }
            let host = master[0].text ?? ""
            let node = Node(host: host.isEmpty || host == "?" ? asked.host : host, port: Int(port))
            let place = index(of: node)
            for slot in Int(first)...Int(last) { owners[slot] = place }
        }
    }

    init() {}

    /// How many replicas the answer of `CLUSTER SLOTS` names.
    static func replicas(_ reply: RESPValue) -> Int {
        (reply.elements ?? []).reduce(0) { $0 + max(0, ($1.elements?.count ?? 0) - 3) }
    }

    /// What an error says about slots; nil when it is about something else.
    static func redirection(_ error: String, askedAs asked: Node) -> Redirection? {
        let words = error.split(separator: " ")
        guard words.count >= 3, words[0] == "MOVED" || words[0] == "ASK" else { return nil }
        if words[0] == "ASK" { return .migrating }
        guard let slot = Int(words[1]), (0..<HashSlot.count).contains(slot),
            let colon = words[2].lastIndex(of: ":"), let port = Int(words[2][words[2].index(after: colon)...])
        else { return nil }
        let host = String(words[2][..<colon])
        return .moved(slot: slot, Node(host: host.isEmpty || host == "?" ? asked.host : host, port: port))
    }

    private mutating func index(of node: Node) -> Int {
        if let place = nodes.firstIndex(of: node) { return place }
        nodes.append(node)
        return nodes.count - 1
    }
}
