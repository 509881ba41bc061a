#if MySQL
    internal import CMariaDB

    /// The library's options before it connects.
    enum MySQLOptions {
        static func apply(_ configuration: MySQLConfiguration, to raw: UnsafeMutablePointer<MYSQL>) {
            var seconds = UInt32(configuration.connectTimeout.rounded(.up))
            mysql_options(raw, MYSQL_OPT_CONNECT_TIMEOUT, &seconds)
            // For the handshake only: later waits are not the library's.
            mysql_options(raw, MYSQL_OPT_READ_TIMEOUT, &seconds)
            mysql_options(raw, MYSQL_OPT_WRITE_TIMEOUT, &seconds)
            mysql_options(raw, MYSQL_SET_CHARSET_NAME, "utf8mb4")
            // A server must not be able to ask for files of this machine.
            var no: UInt32 = 0
            mysql_options(raw, MYSQL_OPT_LOCAL_INFILE, &no)
            var protocolKind = (configuration.socket == nil ? MYSQL_PROTOCOL_TCP : MYSQL_PROTOCOL_SOCKET).rawValue
            mysql_options(raw, MYSQL_OPT_PROTOCOL, &protocolKind)
            let plugins = configuration.authenticationPlugins.joined(separator: ",")
            mysql_options(raw, MARIADB_OPT_RESTRICTED_AUTH, plugins)
            if configuration.isCompressed { mysql_options(raw, MYSQL_OPT_COMPRESS, nil) }
            mysql_options4(raw, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "AgentMemory")
            applyTLS(configuration, to: raw)
        }

        private static func applyTLS(_ configuration: MySQLConfiguration, to raw: UnsafeMutablePointer<MYSQL>) {
            var verifies: my_bool = configuration.tls == .verifyFull ? 1 : 0
            var uses: my_bool = configuration.tls == .disable ? 0 : 1
            // A preference for TLS makes no sense on a socket of this machine.
            if configuration.tls == .prefer, configuration.socket != nil { uses = 0 }
            mysql_options(raw, MYSQL_OPT_SSL_ENFORCE, &uses)
            mysql_options(raw, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verifies)
            guard uses != 0 else { return }
            if let file = configuration.tlsCAFile { mysql_options(raw, MYSQL_OPT_SSL_CA, file) }
            if let file = configuration.tlsCertificateFile { mysql_options(raw, MYSQL_OPT_SSL_CERT, file) }
            if let file = configuration.tlsKeyFile { mysql_options(raw, MYSQL_OPT_SSL_KEY, file) }
            mysql_options(raw, MARIADB_OPT_TLS_VERSION, "TLSv1.2,TLSv1.3")
            if configuration.tls != .prefer {
                // With a fingerprint, even an empty one that is never compared, the library refuses a server without TLS
                // before it sends anything of the password. What it did is looked at again after connecting.
                mysql_options(raw, MARIADB_OPT_TLS_PEER_FP, "")
            }
        }
    }
#endif
