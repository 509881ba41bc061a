import Memories
package import TranscriptFormats
import Transcripts

/// How a whole conversation is written.
package enum ConversationFormat: String, Sendable, CaseIterable {
    /// Without loss.
    case json, yaml
    /// For reading.
    case markdown
    /// The message lists of ``MessageFormat``.
    case openai, anthropic, langchain, autogen, crewai

    /// The formats that are read back.
    package enum Readable: String, Sendable, CaseIterable {
        case json, yaml, openai, anthropic, langchain, autogen, crewai

        /// The list of messages; nil for a session's document.
        package var messages: MessageFormat? { MessageFormat(rawValue: rawValue) }
    }

    package var mediaType: String {
        switch self {
        case .yaml: "application/yaml"
        case .markdown: "text/markdown; charset=utf-8"
        default: "application/json"
        }
    }

    /// A session in the format, and what the format cannot express.
    func write(_ content: SessionContent) -> (text: String, omissions: [String]) {
        switch self {
        case .json: return (SessionDocument(content).json, [])
        case .yaml: return (SessionDocument(content).yaml, [])
        case .markdown: return (content.markdown, [])
        default:
            guard let format = MessageFormat(rawValue: rawValue) else { return ("", []) }
            let list = format.messages(from: content.events.map { NewEvent($0.event) })
            return (list.json.indentedText + "\n", list.omissions)
        }
    }
}
