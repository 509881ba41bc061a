import Checkpoints
import Records

extension Members {
    func address() throws(Problem) -> CheckpointAddress {
        CheckpointAddress(
            thread: try required("thread"), namespace: try text("namespace") ?? "", id: try text("id"))
    }

    /// A list of pairs or triples that begin with a channel.
    func channels(_ name: String, count: Int) throws(Problem) -> [(channel: String, rest: ArraySlice<JSONValue>)] {
        var channels: [(String, ArraySlice<JSONValue>)] = []
        for element in try list(name) {
            guard case .array(let parts) = element, parts.count == count, case .string(let channel) = parts[0] else {
                throw .invalid("\(name) must be a list of lists of \(count), each with a channel first")
            }
            channels.append((channel, parts.dropFirst()))
        }
        return channels
    }
}

extension Version {
    init(_ value: JSONValue) throws(Problem) {
        switch value {
        case .int(let number): self = .int(number)
        case .double(let number): self = .double(number)
        case .string(let text): self = .text(text)
        default: throw .invalid("a version must be a number or a string")
        }
    }

    var json: JSONValue {
        switch self {
        case .int(let number): .int(number)
        case .double(let number): .double(number)
        case .text(let text): .string(text)
        }
    }
}

extension Call {
    func newCheckpoint() throws(Problem) -> NewCheckpoint {
        guard let state = members.value("state") else { throw .invalid("state is required") }
        var versions: [ChannelVersion] = []
        for (channel, rest) in try members.channels("versions", count: 2) {
            versions.append(ChannelVersion(channel, try Version(rest[1])))
        }
        var changes: [ChannelChange] = []
        for (channel, rest) in try members.channels("changes", count: 3) {
            let value = rest[2] == .null ? nil : try typedBytes(rest[2], "a channel's value")
            changes.append(ChannelChange(channel, try Version(rest[1]), value))
        }
        return NewCheckpoint(
            id: try members.required("id"), parent: try members.text("parent"),
            state: try typedBytes(state, "state"), versions: versions, changes: changes,
            incremental: try members.texts("incremental"), metadata: try members.object("metadata"))
    }

    func newWrites() throws(Problem) -> [NewWrite] {
        var writes: [NewWrite] = []
        for (channel, rest) in try members.channels("writes", count: 2) {
            writes.append(NewWrite(channel, try typedBytes(rest[1], "a write's value")))
        }
        return writes
    }
}
