/// Which sentences the memory tool answers with. Both say the same; models have read the one or the other.
public enum ClaudeWording: String, Sendable, CaseIterable {
    /// The tool's documentation.
    case documented = "docs"
    /// Anthropic's client libraries.
    case sdk

    var listing: String { self == .sdk ? "excluding hidden items:" : "excluding hidden items and node_modules:" }

    /// What a failed command begins with where the documentation says so.
    private var error: String { self == .sdk ? "" : "Error: " }

    func edited() -> String {
        self == .sdk
            ? "The memory file has been edited. Here is the snippet showing the change (with line numbers):"
            : "The memory file has been edited."
    }

    // MARK: Failures

    func missing(toView path: String) -> String { "The path \(path) does not exist. Please provide a valid path." }

    func missing(toReplaceIn path: String) -> String { error + missing(toView: path) }

    func missing(toInsertInto path: String) -> String { self == .sdk ? missing(toView: path) : missing(path) }

    /// To delete or rename.
    func missing(_ path: String) -> String { error + "The path \(path) does not exist" }

    func directory(toReplaceIn path: String) -> String {
        self == .sdk ? "The path \(path) is not a file." : missing(toReplaceIn: path)
    }

    func directory(toInsertInto path: String) -> String {
        self == .sdk ? "The path \(path) is not a file." : missing(toInsertInto: path)
    }

    func exists(_ path: String) -> String { error + "File \(path) already exists" }

    func targetExists(_ path: String) -> String { error + "The destination \(path) already exists" }

    func tooManyLines(_ path: String) -> String { "File \(path) exceeds maximum line limit of 999,999 lines." }

    func absent(_ text: String, in path: String) -> String {
        "No replacement was performed, old_str `\(text)` did not appear verbatim in \(path)."
    }

    func repeated(_ text: String, _ lines: [Int]) -> String {
        "No replacement was performed. Multiple occurrences of old_str `\(text)` in lines: "
            + "\(lines.map(String.init).joined(separator: ", ")). Please ensure it is unique"
    }

    func wrongLine(_ line: Int64, of count: Int) -> String {
        let wrong = "Invalid `insert_line` parameter: \(line). It should be within the range"
        return self == .sdk ? "\(wrong) [0, \(count)]." : "\(error)\(wrong) of lines of the file: [0, \(count)]"
    }

    func root(_ verb: String) -> String { error + "Cannot \(verb) the /memories directory itself" }

    func escape(_ path: String) -> String { error + "Path \(path) would escape /memories directory" }

    func outside(_ path: String) -> String { error + "Path must start with /memories, got: \(path)" }

    func notDirectory(_ path: String) -> String { error + "The path \(path) is not a directory." }

    /// A failure that the documentation does not speak of.
    func other(_ text: String) -> String { error + text }
}
