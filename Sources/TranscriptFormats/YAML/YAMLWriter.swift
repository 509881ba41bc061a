internal import CYAML

extension JSONTree {
    /// The document in YAML, in blocks; every text that might be read as something else is quoted.
    public var yaml: String {
        let writer = YAMLWriter()
        writer.write(self)
        return writer.text
    }
}

/// A writer over libyaml's events.
private final class YAMLWriter {
    private var emitter = UnsafeMutablePointer<yaml_emitter_t>.allocate(capacity: 1)
    private var output: [UInt8] = []

    init() {
        emitter.initialize(to: yaml_emitter_t())
        precondition(yaml_emitter_initialize(emitter) == 1, "libyaml has no memory")
        yaml_emitter_set_unicode(emitter, 1)
        yaml_emitter_set_width(emitter, -1)
        yaml_emitter_set_indent(emitter, 2)
        yaml_emitter_set_output(
            emitter,
            { context, bytes, count in
                guard let context, let bytes else { return 0 }
                let writer = Unmanaged<YAMLWriter>.fromOpaque(context).takeUnretainedValue()
                writer.output.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
                return 1
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit {
        yaml_emitter_delete(emitter)
        emitter.deallocate()
    }

    var text: String { String(decoding: output, as: UTF8.self) }

    func write(_ tree: JSONTree) {
        emit { yaml_stream_start_event_initialize($0, YAML_UTF8_ENCODING) }
        emit { yaml_document_start_event_initialize($0, nil, nil, nil, 1) }
        value(tree)
        emit { yaml_document_end_event_initialize($0, 1) }
        emit { yaml_stream_end_event_initialize($0) }
    }

    private func emit(_ make: (UnsafeMutablePointer<yaml_event_t>) -> Int32) {
        var event = yaml_event_t()
        // An event that was made is well formed, so that only memory can fail.
        precondition(make(&event) == 1 && yaml_emitter_emit(emitter, &event) == 1, "libyaml cannot write")
    }

    private func value(_ tree: JSONTree) {
        switch tree {
        case .null: scalar("null", YAML_PLAIN_SCALAR_STYLE)
        case .bool(let value): scalar(value ? "true" : "false", YAML_PLAIN_SCALAR_STYLE)
        case .number(let text): scalar(text, YAML_PLAIN_SCALAR_STYLE)
        case .string(let text): string(text)
        case .array(let elements):
            let style = elements.isEmpty ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE
            emit { yaml_sequence_start_event_initialize($0, nil, nil, 1, style) }
            for element in elements { value(element) }
            emit { yaml_sequence_end_event_initialize($0) }
        case .object(let members):
            let style = members.isEmpty ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE
            emit { yaml_mapping_start_event_initialize($0, nil, nil, 1, style) }
            for member in members {
                let isPlain = YAMLScalar.isPlain(member.name)
                scalar(member.name, isPlain ? YAML_PLAIN_SCALAR_STYLE : YAML_DOUBLE_QUOTED_SCALAR_STYLE)
                value(member.value)
            }
            emit { yaml_mapping_end_event_initialize($0) }
        }
    }

    private func string(_ text: String) {
        if YAMLScalar.isPlain(text) {
            scalar(text, YAML_PLAIN_SCALAR_STYLE)
        } else if YAMLScalar.isLiteral(text) {
            scalar(text, YAML_LITERAL_SCALAR_STYLE)
        } else {
            scalar(text, YAML_DOUBLE_QUOTED_SCALAR_STYLE)
        }
    }

    private func scalar(_ text: String, _ style: yaml_scalar_style_t) {
        // One more than the text, because libyaml wants an address for an empty one, too.
        let bytes = Array(text.utf8) + [0]
        let isPlain: Int32 = style == YAML_PLAIN_SCALAR_STYLE ? 1 : 0
        bytes.withUnsafeBufferPointer { buffer in
            emit {
                yaml_scalar_event_initialize(
                    $0, nil, nil, buffer.baseAddress, Int32(buffer.count - 1), isPlain, 1 - isPlain, style)
            }
        }
    }
}
