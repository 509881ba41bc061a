internal import Foundation

/// The folder of an installed BERT model.
public struct ModelDirectory: Sendable, Hashable {
    /// The path of the folder.
    public let path: String

    /// Names a folder; it need not exist.
    public init(path: String) {
        self.path = path
    }

    /// Whether the folder holds the three files without which no model can be loaded. They are not opened.
    public var isInstalled: Bool {
        [ModelFile.weights, ModelFile.vocabulary, ModelFile.configuration].allSatisfy { name in
            var isDirectory: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: file(name), isDirectory: &isDirectory)
            return exists && !isDirectory.boolValue
        }
    }

    /// Where the model is installed unless another folder is named:
    /// `$XDG_DATA_HOME/agent-memory/models/all-MiniLM-L6-v2`, with `~/.local/share` where the variable is unset, empty
    /// or relative (XDG Base Directory Specification 0.8).
    public static func defaultPath(environment: [String: String]) -> String {
        let data: String
        if let base = environment["XDG_DATA_HOME"], base.hasPrefix("/") {
            data = base
        } else if let home = environment["HOME"], home.hasPrefix("/") {
            data = home + "/.local/share"
        } else {
            data = NSHomeDirectory() + "/.local/share"
        }
        return data + "/agent-memory/models/all-MiniLM-L6-v2"
    }

    /// The path of a file in the folder.
    func file(_ name: String) -> String {
        path.hasSuffix("/") ? path + name : path + "/" + name
    }
}

/// The names of the files of a model, as they are published.
enum ModelFile {
    static let weights = "model.safetensors"
    static let vocabulary = "vocab.txt"
    static let configuration = "config.json"
    static let tokenizer = "tokenizer_config.json"
    static let modules = "modules.json"
    static let pooling = "1_Pooling/config.json"
    static let sentences = "sentence_bert_config.json"
    static let prompts = "config_sentence_transformers.json"
}
