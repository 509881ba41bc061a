import AgentMemory
import Auditing
import Foundation
import Memories
import MemoryAPI
import Records

/// How a server or a check finds the audit log, from the command line.
struct AuditSettings {
    /// What is written down.
    enum Extent: String, CaseIterable {
        /// Changes, and what was refused.
        case changes
        /// Reading too.
        case all
    }

    static let options = [
        Option(name: "audit", value: "WHAT", help: "write down who did what: changes or all (off); needs an audit key"),
        Self.key,
        Option(
            name: "audit-head", value: "FILE",
            help: "renew this file with every entry, so that a log which was cut off is noticed"),
    ]
    static let key = Option(
        name: "audit-key", value: "FILE",
        help: "the audit key: 32 bytes in base64 (AGENT_MEMORY_AUDIT_KEY holds it, or AGENT_MEMORY_AUDIT_KEY_FILE "
            + "names it)")

    /// The log that the command line asks for; nil when it asks for none.
    static func log(_ context: CommandContext) async throws -> AuditLog? {
        let arguments = context.arguments
        guard let extent = try arguments.choice("audit", Extent.self) else {
            guard !arguments.isSet("audit-head"), !arguments.isSet("audit-key") else {
                throw UsageError(message: "--audit-head and --audit-key go with --audit changes or --audit all")
            }
            return nil
        }
        return try await AuditLog(
            context.memory().memories.records, key: try key(context), headPath: arguments.value("audit-head"),
            includesReads: extent == .all)
    }

    /// The key, from a file or the environment.
    static func key(_ context: CommandContext) throws -> AuditKey {
        let path = context.arguments.value("audit-key") ?? context.environment["AGENT_MEMORY_AUDIT_KEY_FILE"]
        if let path {
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw UsageError(message: "--audit-key: \(path) cannot be read")
            }
            return try AuditKey(base64: text)
        }
        guard let text = context.environment["AGENT_MEMORY_AUDIT_KEY"] else {
            throw UsageError(
                message: "an audit key is needed: AGENT_MEMORY_AUDIT_KEY=$(head -c 32 /dev/urandom | base64), or "
                    + "--audit-key FILE")
        }
        return try AuditKey(base64: text)
    }
}

/// Shows the audit log.
enum AuditListCommand: Command {
    static let specification = CommandSpecification(
        name: "audit list", arguments: "", count: 0...0,
        summary: "Show who did what, when, and how it ended.",
        options: [
            Option(name: "after", value: "N", help: "entries after this one (0)"),
            Option(name: "limit", value: "N", help: "the most entries (100)"),
        ], details: "Owners are pseudonyms.")

    static func run(_ context: CommandContext) async throws {
        let records = try await context.memory().memories.records
        try await prepare(records)
        let after = try context.arguments.integer("after", 0...Int.max, default: 0)
        let limit = try context.arguments.integer("limit", 1...1_000, default: 100)
        let entries = try await AuditReader(records).entries(after: Int64(after), limit: limit)
        if context.isJSON {
            return Terminal.print([
                "count": .int(Int64(entries.count)), "entries": .array(entries.map { .object($0.members) }),
            ])
        }
        for entry in entries {
            let event = entry.event
            Terminal.print(
                "\(entry.sequence)  \(event.time)  \(Terminal.oneLine(event.actor))  \(event.operation)  "
                    + "\(event.outcome.rawValue)  owner \(event.owner.isEmpty ? "-" : event.owner)  "
                    + "\(event.ids.joined(separator: ","))  trace \(event.traceID)")
        }
    }

    static func prepare(_ records: any RecordStore) async throws {
        do {
            try await records.prepare(AuditRecords.all)
        } catch {
            throw MemoryError(error)
        }
    }
}

/// Checks the audit log.
enum AuditVerifyCommand: Command {
    static let specification = make(named: "audit verify")

    static func make(named name: String) -> CommandSpecification {
        CommandSpecification(
            name: name, arguments: "", count: 0...0,
            summary: "Check that the audit log is whole, and as it was written.",
            options: [
                AuditSettings.key,
                Option(name: "head", value: "FILE", help: "the file that serve --audit-head renews"),
            ])
    }

    static func run(_ context: CommandContext) async throws {
        let key = try AuditSettings.key(context)
        var outside: AuditHead?
        if let path = context.arguments.value("head") {
            guard let head = try AuditHead(file: path) else {
                throw MemoryError(.notFound, "there is no audit head \(path)")
            }
            outside = head
        }
        let records = try await context.memory().memories.records
        try await AuditListCommand.prepare(records)
        let verdict = try await AuditReader(records).verify(key, against: outside)
        if context.isJSON {
            var fault: JSONValue = .null
            if let found = verdict.fault {
                fault = .object([
                    "kind": .string(found.kind.rawValue), "sequence": found.sequence.map { .int($0) } ?? .null,
                    "reason": .string(found.reason),
                ])
            }
            Terminal.print([
                "intact": .bool(verdict.fault == nil), "entries": .int(Int64(verdict.entries)), "fault": fault,
                "head_checked": .bool(outside != nil),
            ])
        } else if verdict.fault == nil {
            Terminal.print("intact: \(verdict.entries) entries")
            if outside == nil { Terminal.note("without --head FILE a log that was cut off at its end looks intact") }
        }
        guard let fault = verdict.fault else { return }
        throw AnsweredFailure(message: "the audit log is not intact (\(fault.kind.rawValue)): \(fault.reason)")
    }
}

/// Checks what can be checked of a store: the audit log.
enum VerifyCommand: Command {
    static let specification = AuditVerifyCommand.make(named: "verify")

    static func run(_ context: CommandContext) async throws { try await AuditVerifyCommand.run(context) }
}
