import Foundation
import Records
package import Transcripts

/// An event as an object of a document.
package enum EventDocument {
    package static func tree(_ content: EventContent) -> JSONTree {
        let event = content.event
        var payload: JSONTree?
        var data: [UInt8]?
        if case .custom(_, let bytes) = event.payload {
            data = bytes
        } else if let bytes = try? event.payload.encoded() {
            payload = try? JSONTree(parsing: bytes)
        }
        let changes = event.stateChanges.map { change in
            JSONTree.object(of: [
                "scope": .string(change.scope.rawValue), "name": .string(change.name),
                "value": change.value.flatMap { try? JSONTree(parsing: $0.canonical) },
            ])
        }
        return .object(of: [
            "id": .string(event.id), "sequence": .number(event.sequence), "key": .init(event.key),
            "session": .init(event.session), "run": .init(event.run), "type": .string(event.type.rawValue),
            "agent": .init(event.agent), "turn": .init(event.turn), "author": .init(event.author),
            "timestamp": .init(event.timestamp), "recorded_at": .init(event.recordedAt),
            "labels": DocumentFields.tree(event.labels), "state_changes": changes.isEmpty ? nil : .array(changes),
            "search_text": .init(content.searchText), "payload": payload, "data": .init(data),
        ])
    }

    package static func content(_ tree: JSONTree, _ name: String) throws(FormatError) -> EventContent {
        try content(DocumentFields(tree, name))
    }

    static func content(_ fields: DocumentFields) throws(FormatError) -> EventContent {
        let type = EventType(rawValue: try fields.text("type"))
        let bytes: [UInt8]
        if let data = try fields.optionalBytes("data") {
            bytes = data
        } else {
            bytes = Array(try fields.required("payload").text.utf8)
        }
        let payload: EventPayload
        do {
            payload = try EventPayload(type, bytes)
        } catch {
            throw fields.fault("payload", "what an event of its type says")
        }
        var changes: [StateChange] = []
        for (place, change) in try fields.list("state_changes").enumerated() {
            let members = try DocumentFields(change, "state_changes[\(place)]")
            guard let scope = StateScope(rawValue: try members.text("scope")) else {
                throw members.fault("scope", "app, user or session")
            }
            var value: JSONValue?
            // Null is a value; what is removed has none.
            if let tree = change["value"] { value = try? JSONValue(parsing: tree.text) }
            changes.append(StateChange(scope, try members.text("name"), value))
        }
        return EventContent(
            event: Event(
                id: try fields.text("id"), key: try fields.optionalText("key"), sequence: try fields.int("sequence"),
                session: try fields.optionalText("session"), run: try fields.optionalText("run"),
                agent: try fields.optionalText("agent"), turn: try fields.optionalText("turn"),
                author: try fields.optionalText("author"), payload: payload, labels: try fields.texts("labels"),
                stateChanges: changes, timestamp: try fields.time("timestamp"),
                recordedAt: try fields.time("recorded_at")),
            searchText: try fields.optionalText("search_text"))
    }
}
