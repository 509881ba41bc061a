import Access
package import HTTPServer
package import Memories
package import MemoryHTTP
package import Projects

/// mem0's REST API, of its platform and of its self-hosted server, over the same memories as ours.
package struct Mem0Routes: RouteGroup {
    private let store: MemoryStore
    private let documents: ProjectStore
    private let defaultApp: String
    private let webhooks: WebhookHosts

    /// - Parameters:
    ///   - defaultApp: The app of callers whose key names none.
    ///   - webhooks: Whom webhooks may call.
    package init(
        _ store: MemoryStore, _ documents: ProjectStore, defaultApp: String = "default",
        webhooks: WebhookHosts = WebhookHosts()
    ) {
        self.store = store
        self.documents = documents
        self.defaultApp = defaultApp
        self.webhooks = webhooks
    }

    package var dialects: [Dialect] {
        [
            Dialect(
                ["/v1/…/", "/v2/…/", "/v3/…/", "/api/v1/…/"],
                "mem0's platform: the clients of the package mem0ai work by their host; paths end in a slash."),
            Dialect(
                ["/memories", "/search", "/entities", "/reset"], "mem0's self-hosted server, for what speaks its REST."),
        ]
    }

    package func name(of request: HTTPRequest) -> String? { Mem0Route(request)?.name }

    package func respond(to request: HTTPRequest, _ context: RequestContext) async -> HTTPResponse {
        guard let route = Mem0Route(request) else {
            return refusal(MemoryError(.notFound, "there is nothing at this path"), context)
        }
        do throws(MemoryError) {
            let project = Project(
                store: store, documents: documents, caller: context.caller, app: context.caller.app ?? defaultApp,
                webhooks: webhooks)
            return try await Mem0Call(project: project, request: try Mem0Request(request)).answer(route)
        } catch {
            return Mem0Answer.error(error)
        }
    }

    package func refusal(_ error: MemoryError, _ context: RequestContext) -> HTTPResponse { Mem0Answer.error(error) }
}
