import Memories
import MemoryAPI

extension OpenAPIDocument {
    /// A page that lists the operations and the dialects; it loads nothing from anywhere.
    package var page: String {
        var rows = ""
        for operation in Catalogue.operations {
            let specification = operation.specification
            let arguments = specification.parameters.map { "<code>\($0.name)</code>\($0.isRequired ? "*" : "")" }
            rows += Self.row(
                specification.method, specification.path,
                "\(Self.escape(specification.summary))<br>\(arguments.joined(separator: " "))")
        }
        rows += Self.row("GET", WatchRoutes.path, "What happens to memories, as server-sent events.")
        for log in FollowRoutes.Log.allCases {
            rows += Self.row("GET", log.path, "The events of a \(log.rawValue), as server-sent events.")
        }
        return """
            <!doctype html><html lang="en"><meta charset="utf-8"><title>AgentMemory \(Self.escape(version))</title>
            <style>body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}
            td{vertical-align:top;padding:.4rem .8rem;border-top:1px solid #ccc}</style>
            <h1>AgentMemory \(Self.escape(version))</h1>
            <p>JSON over HTTP: <a href="/openapi.json">openapi.json</a>. MCP: <code>/mcp</code>. Every request says whose
            memories it means: <code>app</code>* and <code>user</code>*, and <code>agent</code> and <code>session</code>
            to narrow.</p>
            <table>
            \(rows)</table>
            \(others)</html>

            """
    }

    private static func row(_ method: String, _ path: String, _ description: String) -> String {
        "<tr><td><code>\(method)</code></td><td><code>\(escape(path))</code></td><td>\(description)</td></tr>\n"
    }

    /// The dialects; nothing where there are none.
    private var others: String {
        guard !dialects.isEmpty else { return "" }
        let rows = dialects.map { dialect in
            let paths = dialect.paths.map { "<code>\(Self.escape($0))</code>" }.joined(separator: "<br>")
            return "<tr><td>\(paths)</td><td>\(Self.escape(dialect.summary))</td></tr>\n"
        }
        return "<h2>Other dialects</h2>\n<table>\n\(rows.joined())</table>\n"
    }

    private static func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
