import Foundation

/// The hosts that webhooks may call. None by default: nothing leaves the machine that its operator did not allow, and
/// no client makes the server call an address of the inner network.
package struct WebhookHosts: Sendable {
    private let hosts: Set<String>

    /// - Parameter hosts: Names or addresses, each with a port where only that one is meant: `hooks.example:8443`.
    package init(_ hosts: [String] = []) {
        self.hosts = Set(hosts.map { $0.lowercased() }.filter { !$0.isEmpty })
    }

    /// Whether nobody may be called.
    package var isEmpty: Bool { hosts.isEmpty }

    /// The address of a webhook that may be called; nil for any other.
    func address(_ text: String) -> URL? {
        guard text.utf8.count <= 2_048, let parts = URLComponents(string: text), let url = parts.url,
            let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme),
            let host = parts.host?.lowercased(), !host.isEmpty, parts.user == nil, parts.password == nil
        else { return nil }
        let port = parts.port ?? (scheme == "https" ? 443 : 80)
        return hosts.contains(host) || hosts.contains("\(host):\(port)") ? url : nil
    }
}
