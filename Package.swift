// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

let package = Package(
    name: "AgentMemory",
    products: [
        .library(name: "AgentMemory", targets: ["AgentMemory"]),
        .library(name: "Records", targets: ["Records"]),
        .library(name: "RecordStoreConformance", targets: ["RecordStoreConformance"]),
        .executable(name: "agent-memory", targets: ["agent-memory"]),
    ],
    traits: [
        .trait(name: "SQLite", description: "Stores in SQLite files (needs libsqlite3)."),
        .default(enabledTraits: ["SQLite"]),
    ],
    targets: [
        // System libraries: one module map and one header each, imported only by the target that wraps them.
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CStemmer", providers: [.apt(["libstemmer-dev"])]),
        .systemLibrary(name: "CUTF8Proc", providers: [.apt(["libutf8proc-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CMicroHTTPD", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
        .target(name: "CKernels"),

        // The narrow waist, its proof and its implementations.
        library("Records"),
        library("RecordStoreConformance", ["Records"]),
        library("InMemoryRecords", ["Records"]),
        library("RelationalRecords", ["Records"]),
        library(
            "SQLiteDriver",
            ["RelationalRecords", "Records", .target(name: "CSQLite", condition: .when(traits: ["SQLite"]))]),

        // The domain: knows protocols, never a database.
        library("Models", ["CKernels"]),
        library("Retrieval", ["Records", "CKernels", "CStemmer", "CUTF8Proc"]),
        library("Memories", ["Records", "Retrieval", "Models", "CCrypto"]),

        // The edges.
        library("MemoryAPI", ["Memories", "Models", "Records", "Retrieval"]),
        library("HTTPServer", ["CMicroHTTPD"]),
        library("MemoryHTTP", ["HTTPServer", "MemoryAPI", "Memories", "Models", "Records"]),
        library(
            "AgentMemory",
            [
                "InMemoryRecords", "Memories", "Models", "Records", "Retrieval",
                .target(name: "SQLiteDriver", condition: .when(traits: ["SQLite"])),
            ]),
        .executableTarget(
            name: "agent-memory",
            dependencies: [
                "AgentMemory", "HTTPServer", "MemoryAPI", "MemoryHTTP", "Memories", "Models", "Records", "Retrieval",
                .target(name: "SQLiteDriver", condition: .when(traits: ["SQLite"])),
            ], swiftSettings: settings),

        tests(
            "RecordStoreConformanceTests", ["RecordStoreConformance", "InMemoryRecords", "Records", "SQLiteDriver", "RelationalRecords"]),
        tests("RecordsTests", ["Records"]),
        tests("SQLiteDriverTests", ["SQLiteDriver", "RelationalRecords", "Records", "CSQLite"]),
        tests("RetrievalTests", ["Retrieval", "CKernels"]),
        tests("ModelsTests", ["Models"], resources: [.copy("Fixtures")]),
        tests("HTTPServerTests", ["HTTPServer"]),
        tests("ProcessTests", ["agent-memory"]),
        tests(
            "MemoriesTests",
            ["Memories", "InMemoryRecords", "Models", "Records", "RelationalRecords", "Retrieval", "SQLiteDriver"]),
    ]
)
