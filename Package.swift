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

/// The backends that need a client library, each behind its trait.
let drivers: [Target.Dependency] = [
    .target(name: "SQLiteDriver", condition: .when(traits: ["SQLite"])),
    .target(name: "PostgresDriver", condition: .when(traits: ["PostgreSQL"])),
    .target(name: "MySQLDriver", condition: .when(traits: ["MySQL"])),
    .target(name: "RedisRecords", condition: .when(traits: ["Redis"])),
    .target(name: "MongoRecords", condition: .when(traits: ["MongoDB"])),
]

let package = Package(
    name: "AgentMemory",
    products: [
        .library(name: "AgentMemory", targets: ["AgentMemory"]),
        .library(name: "AgentMemoryClient", targets: ["AgentMemoryClient"]),
        .library(name: "Records", targets: ["Records"]),
        .library(name: "RecordStoreConformance", targets: ["RecordStoreConformance"]),
        .executable(name: "agent-memory", targets: ["agent-memory"]),
    ],
    traits: [
        .trait(name: "SQLite", description: "Stores in SQLite files (needs libsqlite3)."),
        .trait(name: "PostgreSQL", description: "Stores in PostgreSQL (needs libpq)."),
        .trait(name: "MySQL", description: "Stores in MySQL and MariaDB (needs libmariadb)."),
        .trait(name: "Redis", description: "Stores in Redis, Valkey and their clusters (needs libhiredis and libssl)."),
        .trait(name: "MongoDB", description: "Stores in MongoDB (needs libmongoc)."),
        .default(enabledTraits: ["SQLite"]),
    ],
    targets: [
        // System libraries: one module map and one header each, imported only by the target that wraps them.
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CMariaDB", pkgConfig: "libmariadb", providers: [.apt(["libmariadb-dev"])]),
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CMongo", pkgConfig: "libmongoc-1.0", providers: [.apt(["libmongoc-dev"])]),
        .systemLibrary(name: "CStemmer", providers: [.apt(["libstemmer-dev"])]),
        .systemLibrary(name: "CUTF8Proc", providers: [.apt(["libutf8proc-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
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
        library(
            "PostgresDriver",
            ["RelationalRecords", "Records", .target(name: "CPostgres", condition: .when(traits: ["PostgreSQL"]))]),
        library(
            "MySQLDriver",
            ["RelationalRecords", "Records", .target(name: "CMariaDB", condition: .when(traits: ["MySQL"]))]),
        library(
            "RedisRecords",
            [
                "Records", .target(name: "CHiredis", condition: .when(traits: ["Redis"])),
                .target(name: "COpenSSL", condition: .when(traits: ["Redis"])),
            ]),
        library("MongoRecords", ["Records", .target(name: "CMongo", condition: .when(traits: ["MongoDB"]))]),

        // The domain: knows protocols, never a database.
        library("Digests", ["CCrypto"]),
        library("Owners", ["Digests", "Records"]),
        library("Compression", ["CZlib"]),
        library("Copying", ["Digests", "Records"]),
        library("Leases", ["Records"]),
        library("HTTPClient"),
        library("Telemetry", ["Compression", "HTTPClient", "Records"]),
        library("Models", ["CKernels", "HTTPClient", "Telemetry"]),
        library("Retrieval", ["Records", "CKernels", "CStemmer", "CUTF8Proc"]),
        library("Memories", ["Digests", "Owners", "Records", "Retrieval", "Models"]),
        library("Transcripts", ["Digests", "Owners", "Records", "Retrieval"]),
        library("Checkpoints", ["Digests", "Records"]),
        library("Graph", ["Owners", "Records"]),
        library("KeyValues", ["Records", "Retrieval"]),
        library("MemoryFiles", ["Digests", "Records"]),
        library("Blocks", ["Digests", "MemoryFiles", "Records"]),
        library("Access", ["Digests", "Memories", "Records"]),
        library("Projects", ["Digests", "Memories", "Records"]),
        library("Auditing", ["Access", "Digests", "Memories", "Records"]),
        library("TranscriptFormats", ["Transcripts", "Records", "CYAML"]),
        library("TranscriptArchives", ["Transcripts", "TranscriptFormats", "Compression", "Digests", "Records"]),

        // The edges.
        library(
            "MemoryAPI",
            [
                "Access", "Digests", "Memories", "Models", "Records", "Retrieval", "Telemetry", "TranscriptFormats",
                "Transcripts",
            ]),
        library("HTTPServer", ["CMicroHTTPD", "Compression"]),
        library(
            "MemoryHTTP",
            [
                "Access", "Auditing", "HTTPServer", "MemoryAPI", "Memories", "Models", "Records", "Telemetry",
                "Transcripts",
            ]),
        library(
            "MemoryMCP",
            [
                "Access", "Auditing", "HTTPServer", "MemoryAPI", "MemoryFiles", "MemoryHTTP", "Memories", "Records",
                "Telemetry",
            ]),
        library(
            "Mem0HTTP",
            [
                "Access", "Digests", "HTTPClient", "HTTPServer", "Memories", "MemoryAPI", "MemoryHTTP", "Models",
                "Projects", "Records", "Retrieval",
            ]),
        library(
            "StateHTTP",
            ["Access", "Checkpoints", "HTTPServer", "KeyValues", "Memories", "MemoryAPI", "MemoryHTTP", "Records"]),
        library("AgentMemoryClient", ["HTTPClient", "Memories", "Records", "Retrieval"]),
        library(
            "FilesHTTP",
            ["Access", "Blocks", "HTTPServer", "MemoryAPI", "MemoryFiles", "MemoryHTTP", "Memories", "Records"]),
        library(
            "AgentMemory",
            [
                "Access", "Auditing", "Blocks", "Checkpoints", "Copying", "Graph", "InMemoryRecords", "KeyValues",
                "Leases", "Memories", "MemoryFiles", "Models", "Projects", "Records", "Retrieval", "Transcripts",
            ] + drivers),
        .executableTarget(
            name: "agent-memory",
            dependencies: [
                "Access", "AgentMemory", "Auditing", "Blocks", "Checkpoints", "Copying", "FilesHTTP", "HTTPServer",
                "KeyValues", "Leases", "Mem0HTTP", "MemoryAPI", "MemoryFiles", "MemoryHTTP", "MemoryMCP", "Memories",
                "Models", "Projects", "Records", "Retrieval", "StateHTTP", "Telemetry", "TranscriptArchives",
                "Transcripts",
            ] + drivers, swiftSettings: settings),

        // Real servers, private to a run of the tests, and a store of every backend.
        .target(
            name: "TestStores", dependencies: ["InMemoryRecords", "Records", "RelationalRecords"] + drivers,
            path: "Tests/TestStores",
            swiftSettings: settings),
        tests(
            "RecordStoreConformanceTests", ["RecordStoreConformance", "InMemoryRecords", "Records", "TestStores"]),
        tests("RecordsTests", ["Records", "RecordStoreConformance"]),
        tests(
            "SQLiteDriverTests",
            [
                "SQLiteDriver", "RelationalRecords", "Records", "RecordStoreConformance", "Memories", "Transcripts",
                "CSQLite", "TestStores",
            ],
            resources: [.copy("Fixtures")]),
        tests("CopyingTests", ["Copying", "InMemoryRecords", "Memories", "Records", "TestStores"]),
        tests(
            "AgentMemoryTests",
            [
                "AgentMemory", "Blocks", "Checkpoints", "Graph", "InMemoryRecords", "KeyValues", "Leases",
                "MemoryFiles", "Records", "TestStores", "Transcripts",
            ], resources: [.copy("Fixtures")]),
        tests("RetrievalTests", ["Retrieval", "CKernels"]),
        tests("ModelsTests", ["Models"], resources: [.copy("Fixtures")]),
        tests("HTTPServerTests", ["HTTPServer"]),
        tests("ProcessTests", ["agent-memory", "MemoryAPI"]),
        tests(
            "AgentMemoryClientTests",
            [
                "AgentMemoryClient", "Access", "HTTPServer", "InMemoryRecords", "Memories", "MemoryAPI", "MemoryHTTP",
                "Records", "Retrieval", "Transcripts",
            ]),
        tests(
            "MemoryHTTPTests",
            [
                "Access", "Auditing", "CCrypto", "Digests", "HTTPServer", "InMemoryRecords", "MemoryAPI", "MemoryHTTP",
                "MemoryMCP", "Memories", "Records", "Telemetry", "TranscriptFormats", "Transcripts",
            ]),
        tests(
            "Mem0HTTPTests",
            [
                "Access", "HTTPServer", "InMemoryRecords", "Mem0HTTP", "Memories", "MemoryAPI", "MemoryHTTP",
                "Projects", "Records", "TestStores",
            ]),
        tests(
            "MemoriesTests",
            ["Memories", "InMemoryRecords", "Models", "Records", "Retrieval", "TestStores"]),
        tests(
            "TranscriptsTests",
            [
                "Transcripts", "Memories", "Records", "RecordStoreConformance", "Retrieval", "TestStores",
                "InMemoryRecords",
            ]),
        tests(
            "CheckpointsTests",
            [
                "Checkpoints", "Digests", "KeyValues", "Records", "RecordStoreConformance", "TestStores",
                "InMemoryRecords",
            ]),
        tests(
            "GraphTests", ["Graph", "Owners", "Records", "RecordStoreConformance", "TestStores", "InMemoryRecords"]),
        tests(
            "MemoryFilesTests",
            ["MemoryFiles", "Digests", "Records", "RecordStoreConformance", "TestStores", "InMemoryRecords"]),
        tests("BlocksTests", ["Blocks", "Records", "TestStores", "InMemoryRecords"]),
        tests(
            "FilesHTTPTests",
            [
                "FilesHTTP", "Access", "Blocks", "Digests", "HTTPServer", "InMemoryRecords", "MemoryAPI", "MemoryFiles",
                "MemoryHTTP", "MemoryMCP", "Memories", "Records",
            ]),
        tests(
            "StateHTTPTests",
            [
                "StateHTTP", "Access", "Checkpoints", "KeyValues", "HTTPServer", "InMemoryRecords", "Memories",
                "MemoryHTTP", "Records",
            ]),
        tests(
            "TranscriptFormatsTests",
            ["TranscriptFormats", "Transcripts", "Records", "TestStores", "InMemoryRecords"]),
        tests(
            "TranscriptArchivesTests",
            ["TranscriptArchives", "Compression", "Transcripts", "Records", "TestStores", "InMemoryRecords"]),
        tests("PostgresDriverTests", ["PostgresDriver", "RelationalRecords", "Records", "TestStores"]),
        tests("MySQLDriverTests", ["MySQLDriver", "RelationalRecords", "Records", "TestStores"]),
        tests("RedisRecordsTests", ["RedisRecords", "Records", "RecordStoreConformance", "TestStores"]),
        tests("MongoRecordsTests", ["MongoRecords", "Records", "TestStores"]),
    ]
)
