import Records

/// A command as the model wrote it.
enum ClaudeCommand {
    case view(String, ClosedRange<Int64>?)
    case create(String, String)
    case replace(String, String, String)
    case insert(String, Int64, String)
    case delete(String)
    case rename(String, String)

    init(_ input: JSONValue, _ wording: ClaudeWording) throws(ClaudeFailure) {
        guard case .object(let members) = input else {
            throw ClaudeFailure(wording.other("The input must be a JSON object."))
        }
        func text(_ name: String, _ fallback: String? = nil) throws(ClaudeFailure) -> String {
            switch members[name] {
            case .string(let text)?: return text
            case nil, .null?:
                if let fallback { return fallback }
                throw ClaudeFailure(wording.other("The parameter `\(name)` is required."))
            default: throw ClaudeFailure(wording.other("The parameter `\(name)` must be a string."))
            }
        }
        switch try text("command") {
        case "view": self = .view(try text("path"), try Self.range(members["view_range"], wording))
        case "create": self = .create(try text("path"), try text("file_text"))
        case "str_replace": self = .replace(try text("path"), try text("old_str"), try text("new_str", ""))
        case "insert":
            guard case .int(let line)? = members["insert_line"] else {
                throw ClaudeFailure(wording.other("The parameter `insert_line` must be an integer."))
            }
            self = .insert(try text("path"), line, try text("insert_text"))
        case "delete": self = .delete(try text("path"))
        case "rename": self = .rename(try text("old_path"), try text("new_path"))
        default:
            throw ClaudeFailure(
                wording.other(
                    "The parameter `command` must be view, create, str_replace, insert, delete or rename."))
        }
    }

    /// The first and the last line, from 1; −1 is the end.
    private static func range(
        _ value: JSONValue?, _ wording: ClaudeWording
    ) throws(ClaudeFailure) -> ClosedRange<Int64>? {
        switch value {
        case nil, .null?: return nil
        case .array(let ends)?:
            guard ends.count == 2, case .int(let first) = ends[0], case .int(let last) = ends[1] else { break }
            let end = last == -1 ? Int64.max : last
            guard first >= 0, end >= first else { break }
            return max(1, first)...max(1, end)
        default: break
        }
        throw ClaudeFailure(
            wording.other("The parameter `view_range` must be the first and the last line, such as [1, 20] or [5, -1].")
        )
    }
}
