public import Records

/// Claude's memory tool (`memory_20250818`) over a folder: give the API ``declaration``, pass the input of each `tool_use`
/// to ``call(_:)``, and send back what it answers.
///
/// Two agents that edit a file at a time both succeed where both edits still apply. Nothing is read or written outside
/// the folder: a path is a key, never a place on a disk.
public struct ClaudeMemoryTool: Sendable {
    /// Where the files are.
    public let files: FileStore
    /// The folder that the model knows as `/memories`.
    public let folder: String
    /// Which sentences are answered.
    public let wording: ClaudeWording

    /// The tool over a folder.
    public init(_ files: FileStore, folder: String, wording: ClaudeWording = .documented) {
        self.files = files
        self.folder = folder
        self.wording = wording
    }

    /// The element of `tools` in requests to the Messages API.
    public static let declaration = JSONValue.object(["type": .string("memory_20250818"), "name": .string("memory")])

    /// Runs one command. What the model did wrong is an answer too, with ``ClaudeToolResult/isError``.
    /// - Throws: ``FileError`` `notFound` when the folder is gone; `unavailable` and the like when the store fails.
    public func call(_ input: JSONValue) async throws(FileError) -> ClaudeToolResult {
        do {
            return ClaudeToolResult(content: try await run(ClaudeCommand(input, wording)), isError: false)
        } catch let failure as ClaudeFailure {
            return ClaudeToolResult(content: failure.text, isError: true)
        } catch let error as FileError {
            switch error.code {
            case .invalid, .limit, .archived, .exists, .conflict:
                return ClaudeToolResult(content: wording.other(error.message), isError: true)
            default: throw error
            }
        } catch {
            throw FileError(.unavailable, "the command failed", underlying: error)
        }
    }

    private func run(_ command: ClaudeCommand) async throws -> String {
        switch command {
        case .view(let path, let range): try await view(path, range)
        case .create(let path, let text): try await create(path, text)
        case .replace(let path, let old, let new): try await replace(path, old, new)
        case .insert(let path, let line, let text): try await insert(path, line, text)
        case .delete(let path): try await delete(path)
        case .rename(let old, let new): try await rename(old, new)
        }
    }

    // MARK: Reading

    private func view(_ text: String, _ range: ClosedRange<Int64>?) async throws -> String {
        let prefix: String
        switch try ClaudePath(text, wording) {
        case .nowhere: throw ClaudeFailure(wording.missing(toView: text))
        case .root: prefix = "/"
        case .inside(let path):
            prefix = path.prefix
            if case .file(let file)? = try await files.entry(at: path.text, in: folder) {
                return try show(file, text, range)
            }
        }
        var view = DirectoryView()
        var isThere = prefix == "/"
        var query = FileQuery(directory: prefix == "/" ? "/" : String(prefix.dropLast()), limit: 1_000)
        let depth = FilePath.segments(of: prefix).count - 1
        repeat {
            let page = try await files.list(query, in: folder)
            for case .file(let file) in page.elements {
                isThere = true
                view.add(Array(FilePath.segments(of: file.path).dropFirst(depth)), bytes: file.contentBytes)
            }
            query.after = page.next
        } while query.after != nil
        guard isThere else { throw ClaudeFailure(wording.missing(toView: text)) }
        let path = ClaudePath.text(String(prefix.dropLast()))
        return "Here're the files and directories up to 2 levels deep in \(text), \(wording.listing)\n"
            + view.text(path, wording)
    }

    private func show(_ file: MemoryFile, _ path: String, _ range: ClosedRange<Int64>?) throws -> String {
        let text = TextLines(file.content ?? "")
        guard text.lines.count <= 999_999 else { throw ClaudeFailure(wording.tooManyLines(path)) }
        var shown = 0..<text.lines.count
        if let range {
            let first = Int(min(range.lowerBound - 1, Int64(shown.upperBound)))
            let end = Int(min(range.upperBound, Int64(shown.upperBound)))
            shown = min(first, end)..<end
        }
        return "Here's the content of \(path) with line numbers:\n" + text.numbered(shown)
    }

    // MARK: Writing

    private func create(_ text: String, _ content: String) async throws -> String {
        let path: FilePath
        switch try ClaudePath(text, wording) {
        case .nowhere: throw ClaudeFailure(wording.outside(text))
        case .root: throw ClaudeFailure(wording.exists(text))
        case .inside(let inside): path = inside
        }
        do {
            _ = try await files.create(path.text, content, in: folder)
        } catch {
            guard error.code == .exists else { throw error }
            if let failure = inTheWay(error, of: path) { throw failure }
            throw ClaudeFailure(wording.exists(text))
        }
        return "File created successfully at: \(text)"
    }

    /// The failure for a file where a directory is needed.
    private func inTheWay(_ error: FileError, of path: FilePath) -> ClaudeFailure? {
        guard let other = error.conflictingPath, !other.hasSameBytes(as: path.text) else { return nil }
        return ClaudeFailure(wording.notDirectory(ClaudePath.text(other)))
    }

    private func replace(_ text: String, _ old: String, _ new: String) async throws -> String {
        var snippet = ""
        try await edit(
            text, missing: wording.missing(toReplaceIn: text), directory: wording.directory(toReplaceIn: text)
        ) { content throws(ClaudeFailure) in
            let found = Occurrences(of: old, in: content)
            guard let line = found.lines.first else { throw ClaudeFailure(wording.absent(old, in: text)) }
            guard found.count == 1 else { throw ClaudeFailure(wording.repeated(old, found.lines)) }
            let edited = found.replacing(with: new)
            let lines = TextLines(edited)
            snippet = lines.numbered(max(0, line - 3)..<min(lines.lines.count, line + 2))
            return edited
        }
        return wording.edited() + "\n" + snippet
    }

    private func insert(_ text: String, _ line: Int64, _ new: String) async throws -> String {
        try await edit(
            text, missing: wording.missing(toInsertInto: text), directory: wording.directory(toInsertInto: text)
        ) { content throws(ClaudeFailure) in
            let lines = TextLines(content)
            guard let edited = lines.inserting(new, after: line) else {
                throw ClaudeFailure(wording.wrongLine(line, of: lines.insertable))
            }
            return edited
        }
        return "The file \(text) has been edited."
    }

    /// Edits a file as it is; when somebody else edits it meanwhile, the edit is made to what they wrote.
    private func edit(
        _ text: String, missing: String, directory: String, _ change: (String) throws(ClaudeFailure) -> String
    ) async throws {
        let path: FilePath
        switch try ClaudePath(text, wording) {
        case .nowhere: throw ClaudeFailure(missing)
        case .root: throw ClaudeFailure(directory)
        case .inside(let inside): path = inside
        }
        for _ in 0..<FileLimits.attempts {
            let file: MemoryFile
            switch try await files.entry(at: path.text, in: folder) {
            case nil: throw ClaudeFailure(missing)
            case .directory: throw ClaudeFailure(directory)
            case .file(let known): file = known
            }
            do {
                try await files.update(
                    file.id, content: change(file.content ?? ""), expecting: file.contentSHA256, in: folder)
                return
            } catch let error as FileError where error.code == .conflict || error.code == .notFound {
                continue
            }
        }
        throw FileError.keptChanging
    }

    private func delete(_ text: String) async throws -> String {
        switch try ClaudePath(text, wording) {
        case .nowhere: throw ClaudeFailure(wording.missing(text))
        case .root: throw ClaudeFailure(wording.root("delete"))
        case .inside(let path):
            do {
                try await files.remove(path.text, in: folder)
            } catch {
                guard error.code == .notFound else { throw error }
                // Unless the folder itself is gone.
                _ = try await files.folder(folder)
                throw ClaudeFailure(wording.missing(text))
            }
            return "Successfully deleted \(text)"
        }
    }

    private func rename(_ oldText: String, _ newText: String) async throws -> String {
        let old = try ClaudePath(oldText, wording)
        let new = try ClaudePath(newText, wording)
        if case .root = old { throw ClaudeFailure(wording.root("rename")) }
        let target: FilePath
        switch new {
        case .nowhere: throw ClaudeFailure(wording.outside(newText))
        case .root: throw ClaudeFailure(wording.targetExists(newText))
        case .inside(let path): target = path
        }
        guard try await files.entry(at: target.text, in: folder) == nil else {
            throw ClaudeFailure(wording.targetExists(newText))
        }
        guard case .inside(let source) = old else { throw ClaudeFailure(wording.missing(oldText)) }
        do {
            try await files.move(source.text, to: target.text, in: folder)
        } catch {
            switch error.code {
            case .notFound:
                _ = try await files.folder(folder)
                throw ClaudeFailure(wording.missing(oldText))
            case .exists:
                if let failure = inTheWay(error, of: target) { throw failure }
                throw ClaudeFailure(wording.targetExists(newText))
            default: throw error
            }
        }
        return "Successfully renamed \(oldText) to \(newText)"
    }
}

extension FileStore {
    /// Claude's memory tool over a folder of the owner's.
    /// - Parameters:
    ///   - folder: The folder's id; nil for the owner's own, which is made when it is not there.
    ///   - agent: Narrows the owner's own folder to one agent.
    ///   - session: Narrows it to one session.
    /// - Throws: ``FileError`` `invalid`, `unavailable`.
    public func claudeMemoryTool(
        folder: String? = nil, agent: String? = nil, session: String? = nil, wording: ClaudeWording = .documented
    ) async throws(FileError) -> ClaudeMemoryTool {
        if let folder { return ClaudeMemoryTool(self, folder: folder, wording: wording) }
        let own = try await standardFolder(agent: agent, session: session)
        return ClaudeMemoryTool(self, folder: own.id, wording: wording)
    }
}

/// What a command of the memory tool is answered with.
public struct ClaudeToolResult: Sendable, Hashable {
    /// The text for the model.
    public var content: String
    /// Whether the command failed.
    public var isError: Bool

    /// A result.
    public init(content: String, isError: Bool) {
        self.content = content
        self.isError = isError
    }

    /// The block to send back: `{"type": "tool_result", …}`.
    public func block(for toolUseID: String) -> JSONValue {
        var members: [String: JSONValue] = [
            "type": .string("tool_result"), "tool_use_id": .string(toolUseID), "content": .string(content),
        ]
        if isError { members["is_error"] = .bool(true) }
        return .object(members)
    }
}
