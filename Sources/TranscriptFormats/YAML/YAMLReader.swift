internal import CYAML

extension JSONTree {
    /// Reads a document in YAML 1.2 (https://yaml.org/spec/1.2.2), core schema: what JSON can say, in YAML's spelling.
    /// - Throws: ``FormatError`` with the line; also for aliases, other keys than texts, names that
    ///   an object has twice, and more than one document.
    /// - Complexity: O(length).
    public init(yaml text: String) throws(FormatError) {
        let bytes = Array(text.utf8)
        var reader = YAMLReader()
        self = try reader.document(bytes)
    }
}

/// A reader over libyaml's events.
private struct YAMLReader {
    /// A list or object that has not ended.
    private enum Open {
        case list([JSONTree])
        case object([JSONTree.Member], name: String?)
    }

    private var open: [Open] = []
    private var root: JSONTree?
    private static let maximumDepth = 512

    mutating func document(_ bytes: [UInt8]) throws(FormatError) -> JSONTree {
        var parser = yaml_parser_t()
        guard yaml_parser_initialize(&parser) == 1 else { throw FormatError("YAML cannot be read: no memory") }
        defer { yaml_parser_delete(&parser) }
        // The bytes stay where they are until the reader is done.
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(1, bytes.count))
        defer { copy.deallocate() }
        _ = copy.initialize(from: bytes)
        yaml_parser_set_input_string(&parser, copy.baseAddress, bytes.count)
        yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(&parser, &event) == 1 else {
                throw FormatError("line \(parser.problem_mark.line + 1): not YAML")
            }
            defer { yaml_event_delete(&event) }
            let line = event.start_mark.line + 1
            switch event.type {
            case YAML_STREAM_END_EVENT:
                guard let root else { throw FormatError("the document is empty") }
                return root
            case YAML_DOCUMENT_START_EVENT:
                guard root == nil else { throw FormatError("line \(line): only one document is expected") }
            case YAML_ALIAS_EVENT: throw FormatError("line \(line): aliases are not read")
            case YAML_SCALAR_EVENT: try add(scalar(event), line)
            case YAML_SEQUENCE_START_EVENT: try begin(.list([]), line)
            case YAML_MAPPING_START_EVENT: try begin(.object([], name: nil), line)
            case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
                switch open.removeLast() {
                case .list(let elements): try add(.array(elements), line)
                case .object(let members, _):
                    guard members.areOfDifferentNames else { throw FormatError("line \(line): \(JSONTree.twin)") }
                    try add(.object(members), line)
                }
            default: break
            }
        }
    }

    private mutating func begin(_ element: Open, _ line: Int) throws(FormatError) {
        guard open.count < Self.maximumDepth else {
            throw FormatError("line \(line): more than \(Self.maximumDepth) levels")
        }
        if case .object(_, nil)? = open.last { throw FormatError("line \(line): a key must be a text") }
        open.append(element)
    }

    private mutating func add(_ value: (tree: JSONTree, text: String), _ line: Int) throws(FormatError) {
        guard case .object(let members, nil)? = open.last else { return try add(value.tree, line) }
        open[open.count - 1] = .object(members, name: value.text)
    }

    private mutating func add(_ tree: JSONTree, _ line: Int) throws(FormatError) {
        switch open.popLast() {
        case nil: root = tree
        case .list(let elements): open.append(.list(elements + [tree]))
        case .object(let members, let name?):
            open.append(.object(members + [JSONTree.Member(name, tree)], name: nil))
        case .object: throw FormatError("line \(line): a key must be a text")
        }
    }

    private func scalar(_ event: yaml_event_t) -> (tree: JSONTree, text: String) {
        let scalar = event.data.scalar
        let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
        let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE && scalar.tag == nil
        return (isPlain ? YAMLScalar.value(of: text) : .string(text), text)
    }
}
