import Foundation
import Models
import Testing

@Suite struct ModelDirectoryTests {
    @Test func followsTheBaseDirectorySpecification() {
        let path = { ModelDirectory.defaultPath(environment: $0) }
        let end = "/agent-memory/models/all-MiniLM-L6-v2"
        #expect(path(["XDG_DATA_HOME": "/data", "HOME": "/home/a"]) == "/data" + end)
        #expect(path(["HOME": "/home/a"]) == "/home/a/.local/share" + end)
        #expect(path(["XDG_DATA_HOME": "", "HOME": "/home/a"]) == "/home/a/.local/share" + end)
        #expect(path(["XDG_DATA_HOME": "relative", "HOME": "/home/a"]) == "/home/a/.local/share" + end)
        #expect(path([:]).hasSuffix("/.local/share" + end))
    }

    @Test func isInstalledWithAllThreeFiles() throws {
        let folder = try TemporaryFolder()
        let directory = ModelDirectory(path: folder.path)
        #expect(!ModelDirectory(path: folder.path + "/absent").isInstalled)
        for name in ["model.safetensors", "vocab.txt", "config.json"] {
            #expect(!directory.isInstalled)
            try folder.write(Data("x".utf8), to: name)
        }
        #expect(directory.isInstalled)
    }
}
