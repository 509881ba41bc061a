extension SessionDocument {
    /// Reads a document in YAML.
    /// - Throws: ``FormatError`` that names the line or the member.
    public init(yaml text: String) throws(FormatError) { try self.init(JSONTree(yaml: text)) }

    /// The document in YAML.
    public var yaml: String { tree.yaml }
}
