import AgentMemory

/// A memory as a line for people.
enum MemoryLine {
    static func text(_ memory: [String: JSONValue]) -> String {
        var line = ""
        if let time = memory["event_time"]?.string { line += "[\(time.prefix(10))] " }
        let participants = memory["participants"]?.strings ?? []
        if !participants.isEmpty { line += participants.joined(separator: ", ") + ": " }
        line += memory["memory"]?.string ?? ""
        let topics = memory["topics"]?.strings ?? []
        if !topics.isEmpty { line += "  #" + topics.joined(separator: " #") }
        return Terminal.oneLine(line) + "  (\(memory["id"]?.string ?? ""))"
    }
}
