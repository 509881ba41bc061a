import AgentMemory
import Checkpoints
import Dispatch
import Foundation

/// Measures an agent's loop on one thread: a step puts a checkpoint, its task writes, and the checkpoint is got back.
///
/// The payload is what `scripts/bench-checkpoints` gives LangGraph's own saver: a conversation of twenty messages in one
/// channel, stored anew each step, and a counter.
struct CheckpointBenchmark {
    let store: CheckpointStore
    /// Steps that are measured, after a tenth as many that are not.
    let steps: Int
    /// Bytes of the conversation, and of what a task writes.
    let conversationBytes: Int, writeBytes: Int

    /// What was measured, in the order of the loop.
    struct Figures {
        var put = Measurements(), putWrites = Measurements(), get = Measurements(), getByID = Measurements()

        var all: [(name: String, measurements: Measurements)] {
            [("put", put), ("put_writes", putWrites), ("get", get), ("get_by_id", getByID)]
        }
    }

    func run(thread: String) async throws -> Figures {
        var figures = Figures()
        var parent: String?
        let conversation = Self.text(conversationBytes)
        let write = Self.text(writeBytes)
        for step in -(steps / 10)..<steps {
            let new = checkpoint(step, parent, conversation)
            let put = try await Stopwatch.seconds { try await store.put(new, thread: thread) }
            let address = CheckpointAddress(thread: thread, id: new.id)
            let putWrites = try await Stopwatch.seconds {
                try await store.putWrites(
                    [NewWrite("messages", TypedBytes(type: "msgpack", bytes: write))], task: "task-\(step)",
                    after: address)
            }
            let get = try await Stopwatch.seconds { try await check(CheckpointAddress(thread: thread), new) }
            let getByID = try await Stopwatch.seconds { try await check(address, new) }
            parent = new.id
            guard step >= 0 else { continue }
            figures.put.add(put)
            figures.putWrites.add(putWrites)
            figures.get.add(get)
            figures.getByID.add(getByID)
        }
        return figures
    }

    private func checkpoint(_ step: Int, _ parent: String?, _ conversation: [UInt8]) -> NewCheckpoint {
        let number = String(step + steps)
        let id = String(repeating: "0", count: 12 - number.count) + number
        let version = Version.text("\(String(repeating: "0", count: 20 - number.count))\(number).0123456789abcdef")
        return NewCheckpoint(
            id: id, parent: parent, state: TypedBytes(type: "msgpack", bytes: Self.text(300)),
            versions: [ChannelVersion("messages", version), ChannelVersion("count", version)],
            changes: [
                ChannelChange("messages", version, TypedBytes(type: "msgpack", bytes: conversation)),
                ChannelChange("count", version, TypedBytes(type: "msgpack", bytes: [UInt8(truncatingIfNeeded: step)])),
            ],
            metadata: ["source": .string("loop"), "step": .int(Int64(step)), "parents": .object([:])])
    }

    /// A figure of a wrong answer would be worth nothing.
    private func check(_ address: CheckpointAddress, _ new: NewCheckpoint) async throws {
        guard let found = try await store.get(address), found.checkpoint.id == new.id, found.pendingWrites.count == 1,
            found.checkpoint.values.count == 2
        else { throw CheckpointError(.corrupted, "the benchmark got another checkpoint than it put") }
    }

    private static func text(_ count: Int) -> [UInt8] {
        var bytes = Array(String(repeating: "the quick brown fox jumps over the lazy dog ", count: count / 44 + 1).utf8)
        bytes.removeLast(bytes.count - count)
        return bytes
    }
}
