import AgentMemory

/// Says what the store is, and what an acknowledged write survives there.
enum DoctorCommand: Command {
    static let specification = CommandSpecification(
        name: "doctor", arguments: "", count: 0...0,
        summary: "Show what the store is, and what an acknowledged write survives there.",
        details: "Says, too, what the store can search itself.")

    static func run(_ context: CommandContext) async throws {
        let location = try StoreLocation(context.storeURL)
        let found = try await Stores.capabilities(of: context.storeURL)
        if context.isJSON {
            return Terminal.print([
                "store": .string(location.description), "durability": .string(found.durability),
                "survives": .string(found.survives.rawValue), "native_vectors": .bool(found.hasNativeVectors),
                "native_tokens": .bool(found.hasNativeTokens), "candidates_may_lag": .bool(found.candidatesMayLag),
                "failover_may_forget": .bool(found.failoverMayForget),
            ])
        }
        Terminal.print("store          \(location)")
        Terminal.print("durability     \(found.durability)")
        let survives =
            switch found.survives {
            case .nothing: "nothing: what is written ends with the process or server"
            case .processCrash: "a crash of the process or server, not the loss of power"
            case .powerLoss: "a crash and the loss of power"
            }
        Terminal.print("survives       \(survives)")
        Terminal.print(
            "vectors        \(found.hasNativeVectors ? "searched by the engine" : "searched by the built-in index")")
        Terminal.print(
            "words          \(found.hasNativeTokens ? "narrowed by the engine" : "searched by the built-in index")")
        if found.failoverMayForget {
            Terminal.print("failover       may forget acknowledged writes (asynchronous replicas)")
        }
        if found.candidatesMayLag { Terminal.print("search         may lag behind writes") }
    }
}
