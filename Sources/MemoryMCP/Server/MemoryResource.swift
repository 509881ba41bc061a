import Access
import Foundation
import Memories
import MemoryAPI
import Records

/// What a `memory:` URI names: the memories of a user, or one of them.
struct MemoryResource: Hashable {
    var app: String
    var user: String
    var id: String?

    static let templates: [JSONValue] = [
        .object([
            "uriTemplate": .string("memory://{app}/{user}"), "name": .string("memories"),
            "title": .string("Memories of a user"),
            "description": .string("The most recently changed memories of a user, newest first."),
            "mimeType": .string("application/json"),
        ]),
        .object([
            "uriTemplate": .string("memory://{app}/{user}/{id}"), "name": .string("memory"),
            "title": .string("A memory"), "description": .string("One memory, by its id."),
            "mimeType": .string("application/json"),
        ]),
    ]

    init(app: String, user: String, id: String? = nil) {
        self.app = app
        self.user = user
        self.id = id
    }

    /// Takes `memory://app/user` or `memory://app/user/id` apart; nil for anything else.
    init?(_ uri: String) {
        guard uri.hasPrefix("memory://") else { return nil }
        let parts = uri.dropFirst("memory://".count).split(separator: "/", omittingEmptySubsequences: false)
            .map { String($0).removingPercentEncoding }
        guard (2...3).contains(parts.count), let app = parts[0], let user = parts[1], !app.isEmpty, !user.isEmpty else {
            return nil
        }
        if parts.count == 3 {
            guard let id = parts[2], !id.isEmpty else { return nil }
            self.init(app: app, user: user, id: id)
        } else {
            self.init(app: app, user: user)
        }
    }

    var uri: String {
        func escape(_ text: String) -> String {
            text.addingPercentEncoding(withAllowedCharacters: Self.unreserved) ?? text
        }
        return "memory://\(escape(app))/\(escape(user))" + (id.map { "/" + escape($0) } ?? "")
    }

    private static let unreserved = CharacterSet(
        charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")

    /// The element of `resources/list`.
    func declaration(name: String, title: String, description: String) -> JSONValue {
        .object([
            "uri": .string(uri), "name": .string(name), "title": .string(title), "description": .string(description),
            "mimeType": .string("application/json"),
            "annotations": .object(["audience": .array([.string("assistant")])]),
        ])
    }

    /// The text that is read.
    /// - Throws: ``MemoryError`` `forbidden`, `notFound`, `invalid`.
    func read(by caller: Caller, on store: MemoryStore) async throws(MemoryError) -> String {
        try caller.require(.read)
        var members: [String: JSONValue] = ["app": .string(app), "user": .string(user)]
        if let id {
            members["id"] = .string(id)
            return JSONValue.object(
                try await GetMemory.perform(members, by: caller, on: store, defaults: ScopeDefaults()).members
            ).canonical
        }
        return JSONValue.object(
            try await ListMemories.perform(members, by: caller, on: store, defaults: ScopeDefaults()).members
        ).canonical
    }
}
