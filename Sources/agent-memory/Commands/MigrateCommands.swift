import AgentMemory
import Foundation

/// Shows which migrations were made and which opening the store would make.
enum MigrateStatusCommand: Command {
    static let specification = CommandSpecification(
        name: "migrate status", arguments: "", count: 0...0,
        summary: "Show the store's migrations; changes nothing.")

    static func run(_ context: CommandContext) async throws {
        show(try await Stores.migrations(of: context.storeURL), context)
    }

    static func show(_ migrations: [Migration], _ context: CommandContext) {
        if context.isJSON {
            let list = migrations.map { migration in
                JSONValue.object([
                    "name": .string(migration.name), "state": .string(migration.state.rawValue),
                    "checksum": .string(migration.checksum),
                    "applied_at": migration.appliedAt.map { .string(Timestamp(microseconds: $0).description) } ?? .null,
                ])
            }
            return Terminal.print(["migrations": .array(list)])
        }
        for migration in migrations {
            let time = migration.appliedAt.map { "  \(Timestamp(microseconds: $0))" } ?? ""
            let name = migration.name.padding(toLength: 28, withPad: " ", startingAt: 0)
            Terminal.print("\(name) \(migration.state.rawValue)  \(migration.checksum)\(time)")
        }
    }
}

/// Makes what is missing.
enum MigrateUpCommand: Command {
    static let specification = CommandSpecification(
        name: "migrate up", arguments: "", count: 0...0,
        summary: "Make the migrations that are missing, as opening the store does.")

    static func run(_ context: CommandContext) async throws {
        MigrateStatusCommand.show(try await Stores.migrate(context.storeURL), context)
    }
}

/// Undoes the newest migrations.
enum MigrateDownCommand: Command {
    static let specification = CommandSpecification(
        name: "migrate down", arguments: "", count: 0...0,
        summary: "Undo the newest migration, and lose what is in what it added.",
        options: [
            Option(name: "count", value: "N", help: "how many to undo (1)"),
            Option(name: "yes", value: nil, help: "yes, lose that data"),
        ], details: "The data of the tables and columns that the migration added is lost.")

    static func run(_ context: CommandContext) async throws {
        guard let count = Int(context.arguments.value("count") ?? "1"), count >= 1 else {
            throw UsageError(message: "--count must be a number from 1")
        }
        guard context.arguments.isSet("yes") else {
            throw UsageError(message: "undoing a migration loses what its tables and columns hold; say --yes")
        }
        let names = try await Stores.revert(context.storeURL, count: count)
        if context.isJSON {
            Terminal.print(["undone": .array(names.map { .string($0) })])
        } else {
            for name in names { Terminal.print("undone \(name)") }
        }
    }
}
