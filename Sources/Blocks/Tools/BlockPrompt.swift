import MemoryFiles
import Records

extension BlockStore {
    /// An agent's blocks as a part of its prompt, in the elements that Letta's agents know: one for each block, named by its
    /// label, with description, lengths and value.
    /// - Parameter numbersLines: Whether lines begin with their number and `→ `, which helps some models to edit.
    /// - Throws: ``BlockError`` `invalid`, `unavailable`.
    public func prompt(of agent: String, numbersLines: Bool = false) async throws(BlockError) -> String {
        let blocks = try await blocks(of: agent).map { block in
            var value = block.value
            if numbersLines {
                value = TextLines(value).lines.enumerated().map { "\($0 + 1)→ \($1)" }.joined(separator: "\n")
            }
            return """
                <\(block.label)>
                <description>
                \(block.description ?? "")
                </description>
                <metadata>\(block.isReadOnly ? "\n- read_only=true" : "")
                - chars_current=\(block.value.unicodeScalars.count)
                - chars_limit=\(block.limit)
                </metadata>
                <value>
                \(value)
                </value>
                </\(block.label)>
                """
        }
        return "<memory_blocks>\nThese blocks are your core memory:\n\n" + blocks.joined(separator: "\n\n")
            + "\n</memory_blocks>"
    }
}
