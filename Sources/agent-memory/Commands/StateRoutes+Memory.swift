import AgentMemory
import Checkpoints
import KeyValues
import StateHTTP

extension StateRoutes {
    /// The routes over the store of the memories. `AGENT_MEMORY_STATE_KEY` seals the state of checkpoints: 32 bytes in
    /// base64; after a comma, older keys that only open.
    init(over memory: AgentMemory, _ environment: [String: String]) async throws {
        do {
            let keys = try environment["AGENT_MEMORY_STATE_KEY"].map { text throws(CheckpointError) in
                try KeyRing(parsing: text)
            }
            self.init(
                checkpoints: try await memory.checkpoints(cipher: keys), keyValues: try await memory.keyValues())
        } catch let error as CheckpointError {
            throw MemoryError(MemoryError.Code(rawValue: error.code.rawValue), error.message)
        } catch let error as KeyValueError {
            throw MemoryError(MemoryError.Code(rawValue: error.code.rawValue), error.message)
        }
    }
}
