import Access
import AgentMemory
import MemoryAPI

/// Makes a key that lets a program in.
enum KeysCreateCommand: Command {
    static let specification = CommandSpecification(
        name: "keys create", arguments: "", count: 0...0,
        summary: "Make an access key and print it, this once.",
        options: [
            Option(name: "name", value: "NAME", help: "what people call it"),
            Option(
                name: "permission", value: "P", help: "what it may: read, write, delete, admin (read and write)",
                repeats: true),
            Option(name: "expires", value: "ISO", help: "from when it is refused (never)"),
        ], details: "--app and --user bind it. Only its hash is kept, so it cannot be shown again.")

    static func run(_ context: CommandContext) async throws {
        let arguments = context.arguments
        var permissions: Set<Permission> = []
        for word in arguments.all("permission").flatMap({ $0.split(separator: ",").map(String.init) }) {
            guard let permission = Permission(rawValue: word) else {
                throw UsageError(message: "--permission must be read, write, delete or admin")
            }
            permissions.insert(permission)
        }
        let keys = try await AccessKeys(context.memory().memories.records)
        // Only what the command line says binds a key: the environment names a default, not a limit.
        let made = try await keys.create(
            name: arguments.value("name") ?? "", permissions: permissions.isEmpty ? [.read, .write] : permissions,
            app: arguments.value("app"), user: arguments.value("user"), expiresAt: try arguments.time("expires"))
        if context.isJSON {
            Terminal.print(["id": .string(made.key.id), "token": .string(made.token)])
        } else {
            Terminal.print(made.token)
        }
    }
}

/// Lists the keys.
enum KeysListCommand: Command {
    static let specification = CommandSpecification(
        name: "keys list", arguments: "", count: 0...0, summary: "List the access keys, without their secrets.")

    static func run(_ context: CommandContext) async throws {
        let now = Timestamp.now()
        let keys = try await AccessKeys(context.memory().memories.records).all()
        if context.isJSON {
            return Terminal.print(["keys": .array(keys.map { .object(Self.members($0, now)) })])
        }
        for key in keys {
            let rights = key.permissions.sorted().map(\.rawValue).joined(separator: ",")
            let owner = [key.app, key.user].compactMap { $0 }.joined(separator: "/")
            Terminal.print(
                "\(key.id)  \(key.isActive(at: now) ? "active " : "refused")  \(rights)  \(owner.isEmpty ? "*" : Terminal.oneLine(owner))  \(Terminal.oneLine(key.name))"
            )
        }
    }

    private static func members(_ key: AccessKey, _ now: Timestamp) -> [String: JSONValue] {
        func time(_ time: Timestamp?) -> JSONValue { time.map { .string($0.description) } ?? .null }
        return [
            "id": .string(key.id), "name": .string(key.name), "is_active": .bool(key.isActive(at: now)),
            "permissions": .array(key.permissions.sorted().map { .string($0.rawValue) }),
            "app": key.app.map { .string($0) } ?? .null, "user": key.user.map { .string($0) } ?? .null,
            "created_at": time(key.createdAt), "expires_at": time(key.expiresAt), "revoked_at": time(key.revokedAt),
        ]
    }
}

/// Gives a key another secret.
enum KeysRotateCommand: Command {
    static let specification = CommandSpecification(
        name: "keys rotate", arguments: "ID", count: 1...1, summary: "Give an access key another secret and print it.",
        options: [Option(name: "grace", value: "SECONDS", help: "how long the old one is still taken (0)")])

    static func run(_ context: CommandContext) async throws {
        let grace = try context.arguments.integer("grace", 0...31_536_000, default: 0)
        let id = context.arguments.positional[0]
        let token = try await AccessKeys(context.memory().memories.records).rotate(id, grace: grace)
        if context.isJSON {
            Terminal.print(["id": .string(id), "token": .string(token)])
        } else {
            Terminal.print(token)
        }
    }
}

/// Refuses a key from now on.
enum KeysRevokeCommand: Command {
    static let specification = CommandSpecification(
        name: "keys revoke", arguments: "ID", count: 1...1, summary: "Refuse an access key from now on.")

    static func run(_ context: CommandContext) async throws {
        let id = context.arguments.positional[0]
        try await AccessKeys(context.memory().memories.records).revoke(id)
        if context.isJSON { Terminal.print(["id": .string(id), "revoked": .bool(true)]) }
    }
}
