import Digests
import Memories
package import Records

/// What somebody did, as the audit log keeps it: never a memory's content, a key or a user's name.
package struct AuditEvent: Sendable, Hashable {
    /// How it ended.
    package enum Outcome: String, Sendable, CaseIterable {
        /// It was done.
        case ok
        /// It was not allowed.
        case refused
        /// It may or may not have been done.
        case unknown
    }

    package var time: Timestamp
    /// Who: the id of a key, or what stands for the subject of a token.
    package var actor: String
    /// What, such as `memory_delete`.
    package var operation: String
    /// Whose: a pseudonym of app and user under the audit's key; empty where no owner was named.
    package var owner: String
    /// The records that were named or made.
    package var ids: [String]
    package var outcome: Outcome
    /// The distributed trace it belongs to.
    package var traceID: String

    package init(
        time: Timestamp, actor: String, operation: String, owner: String, ids: [String], outcome: Outcome,
        traceID: String
    ) {
        self.time = time
        self.actor = actor
        self.operation = operation
        self.owner = owner
        self.ids = ids
        self.outcome = outcome
        self.traceID = traceID
    }
}

/// An event in its place in the log.
package struct AuditEntry: Sendable, Hashable {
    /// From 1, without gaps.
    package var sequence: Int64
    package var event: AuditEvent
    /// The keyed hash of this entry and everything before it.
    package var code: [UInt8]

    /// The content that the code is of.
    static func content(_ sequence: Int64, _ event: AuditEvent) -> [UInt8] {
        JSONValue.array([
            .int(sequence), .int(event.time.microseconds), .string(event.actor), .string(event.operation),
            .string(event.owner), .array(event.ids.map { .string($0) }), .string(event.outcome.rawValue),
            .string(event.traceID),
        ]).canonicalBytes
    }

    /// What people are shown.
    package var members: [String: JSONValue] {
        [
            "sequence": .int(sequence), "time": .string(event.time.description), "actor": .string(event.actor),
            "operation": .string(event.operation), "owner": .string(event.owner),
            "ids": .array(event.ids.map { .string($0) }), "outcome": .string(event.outcome.rawValue),
            "trace_id": .string(event.traceID), "code": .string(Digest.hex(code)),
        ]
    }
}

/// The record types of the log.
package enum AuditRecords {
    /// Where the log lives: no scope's partition, for those have a slash or begin with a number sign.
    static let partition = Partition("audit")
    static let headKey = Key("audit_head", "head")

    package static let entry = RecordType(
        "audit_entry",
        fields: [
            Field("sequence", .int), Field("time", .time), Field("actor", .text(maximumBytes: 255)),
            Field("operation", .text(maximumBytes: 255)), Field("owner", .text(maximumBytes: 64)), Field("ids", .json),
            Field("outcome", .text(maximumBytes: 32)), Field("trace_id", .text(maximumBytes: 64)),
            Field("code", .bytes),
        ])

    /// The end of the log, by which several servers append to one chain.
    package static let head = RecordType(
        "audit_head",
        fields: [
            Field("id", .text(maximumBytes: 16)), Field("log", .text(maximumBytes: 64)), Field("sequence", .int),
            Field("code", .bytes),
        ])

    package static let all = [entry, head]
}

extension AuditEntry {
    var values: [Value] {
        [
            .int(sequence), .time(event.time.microseconds), .text(event.actor), .text(event.operation),
            .text(event.owner), .json(JSONValue.array(event.ids.map { .string($0) }).canonical),
            .text(event.outcome.rawValue), .text(event.traceID), .bytes(code),
        ]
    }

    /// Nil for a record that no writer of this log made.
    init?(_ record: Record) {
        guard record.values.count == 9, case .int(let sequence) = record.values[0],
            case .time(let time) = record.values[1], case .text(let actor) = record.values[2],
            case .text(let operation) = record.values[3], case .text(let owner) = record.values[4],
            case .json(let list) = record.values[5], let ids = JSONValue.strings(inList: list),
            case .text(let word) = record.values[6], let outcome = AuditEvent.Outcome(rawValue: word),
            case .text(let traceID) = record.values[7], case .bytes(let code) = record.values[8]
        else { return nil }
        self.init(
            sequence: sequence,
            event: AuditEvent(
                time: Timestamp(microseconds: time), actor: actor, operation: operation, owner: owner, ids: ids,
                outcome: outcome, traceID: traceID), code: code)
    }
}
