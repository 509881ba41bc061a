#if Redis
    internal import Records

    /// Asks sentinels who the master is (https://redis.io/docs/latest/develop/reference/sentinel-clients/).
    enum Sentinels {
        /// The master's address, by the first sentinel that knows it.
        static func master(
            _ name: String, _ sentinels: [RedisConfiguration.Address], _ settings: RedisNode.Settings
        ) async -> Result<Endpoint, StoreError> {
            for sentinel in sentinels {
                do throws(StoreError) {
                    let connection = try await RedisNode.open(
                        .host(sentinel.host, sentinel.port), settings,
                        user: .some(settings.configuration.sentinelUser),
                        password: .some(settings.configuration.sentinelPassword))
                    let outcomes = await connection.send([RedisCommand("SENTINEL", "GET-MASTER-ADDR-BY-NAME", name)])
                    connection.end(nil)
                    if let reply = try outcomes.first?.reply(SlotMap.Node(host: "", port: 0)).elements,
                        reply.count == 2,
                        let host = reply[0].text, let port = reply[1].number
                    {
                        return .success(.host(host, Int(port)))
                    }
                } catch {
                    if error.code == .invalid { return .failure(error) }
                }
            }
            return .failure(StoreError(.unavailable, "no sentinel answers with a master of this name"))
        }
    }
#endif
