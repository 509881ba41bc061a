import Foundation
import Records

/// Standard output and standard error.
enum Terminal {
    /// Writes a line to standard output at once.
    ///
    /// Ends the program where nobody can read it any more: quietly with 141 when the reader has left, as `head` does after
    /// its lines, and with a note and 1 when the disk behind it is full.
    static func print(_ line: String) { write(line + "\n") }

    /// Writes text as it is, and ends as ``print(_:)`` does.
    static func write(_ text: String) {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
        } catch {
            if errno == EPIPE { exit(141) }
            note("agent-memory: the answer could not be written")
            exit(1)
        }
    }

    /// Writes a JSON document and nothing else.
    static func print(_ members: [String: JSONValue]) { print(JSONValue.object(members).canonical) }

    /// Writes a line to standard error.
    static func note(_ line: String) { report(line + "\n") }

    /// Writes to standard error. Where that is gone there is nobody to tell, and the work goes on.
    static func report(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }

    /// Whether a person looks at standard error.
    static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

    /// Text of memories on one line, without control characters that could drive the terminal.
    static func oneLine(_ text: String) -> String {
        var line = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: line += " "
            case .format where scalar != "\u{200d}": continue
            default: line.unicodeScalars.append(scalar)
            }
        }
        return line
    }
}

/// A progress bar on standard error, where a person looks at it.
struct ProgressBar {
    private let title: String
    private let total: Int
    private var shown = -1

    init(_ title: String, total: Int) {
        self.title = title
        self.total = total
    }

    /// Shows how much is done; redraws only when the percentage changes.
    mutating func show(_ done: Int) {
        guard Terminal.isInteractive, total > 0 else { return }
        let percent = min(100, done * 100 / total)
        guard percent != shown else { return }
        shown = percent
        let filled = percent * 30 / 100
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
        Terminal.report("\r\(title) \(bar) \(percent) % (\(done)/\(total))")
    }

    /// Ends the line.
    func finish() {
        if shown >= 0 { Terminal.report("\n") }
    }
}
