import Access
import HTTPServer
import Memories
import MemoryFiles
import MemoryHTTP
import Records

/// Whose files and blocks a request means: what the key is bound to, else `app` and `user` of the query, else the server's
/// defaults. Nothing else in a request says so.
struct OwnerFinder: Sendable {
    let defaults: ScopeDefaults

    /// - Throws: ``MemoryError`` `forbidden`, `invalid`.
    func scope(
        _ request: HTTPRequest, _ context: RequestContext, _ permissions: [Permission], app: String? = nil,
        user: String? = nil, agent: String? = nil, session: String? = nil
    ) throws(MemoryError) -> Scope {
        for permission in permissions { try context.caller.require(permission) }
        return try context.caller.scope(
            app: app ?? request.queryValue("app"), user: user ?? request.queryValue("user"), agent: agent,
            session: session, defaults.bound(to: context.caller))
    }
}

extension FileStore {
    /// The files of a scope, written in the name of whoever asks.
    func of(_ scope: Scope, _ context: RequestContext) throws(FileError) -> FileStore {
        try owned(by: scope.partition.name, author: FileAuthor(.key, String(context.caller.name.prefix(64))))
    }
}
