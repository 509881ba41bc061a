#if Redis
    internal import COpenSSL
    import Glibc
    internal import Records

    /// The certificates that connections are checked against, read once.
    final class TLSContext: @unchecked Sendable {
        // An SSL_CTX is safe to use from several threads once it is set up.
        private let context: OpaquePointer
        private let configuration: RedisConfiguration.TLS

        /// - Throws: ``StoreError`` `invalid`, naming the option whose file cannot be used.
        init(_ configuration: RedisConfiguration.TLS) throws(StoreError) {
            guard let context = SSL_CTX_new(TLS_client_method()) else {
                throw StoreError(.unavailable, "TLS could not be set up")
            }
            self.context = context
            self.configuration = configuration
            _ = SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
            if let file = configuration.caFile {
                guard SSL_CTX_load_verify_locations(context, file, nil) == 1 else {
                    throw StoreError(.invalid, "tls-ca: the file holds no certificates that can be read")
                }
            } else {
                _ = SSL_CTX_set_default_verify_paths(context)
            }
            SSL_CTX_set_verify(context, configuration.verifies ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nil)
            if let file = configuration.certificateFile {
                guard SSL_CTX_use_certificate_chain_file(context, file) == 1 else {
                    throw StoreError(.invalid, "tls-cert: the file holds no certificate that can be read")
                }
                guard SSL_CTX_use_PrivateKey_file(context, configuration.keyFile ?? file, SSL_FILETYPE_PEM) == 1 else {
                    throw StoreError(.invalid, "tls-key: the file holds no key of the certificate")
                }
            }
            ERR_clear_error()
        }

        deinit { SSL_CTX_free(context) }

        /// The client's side of a connection to a host.
        func session(host: String) throws(StoreError) -> TLSSession {
            guard let ssl = SSL_new(context), let incoming = BIO_new(BIO_s_mem()), let outgoing = BIO_new(BIO_s_mem())
            else { throw StoreError(.unavailable, "TLS could not be set up") }
            SSL_set_bio(ssl, incoming, outgoing)
            SSL_set_connect_state(ssl)
            let name = configuration.serverName ?? host
            var address = in6_addr()
            if inet_pton(AF_INET, name, &address) == 1 || inet_pton(AF_INET6, name, &address) == 1 {
                _ = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name)
            } else {
                _ = SSL_set1_host(ssl, name)
                _ = name.withCString { text in
                    SSL_ctrl(
                        ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name),
                        UnsafeMutableRawPointer(mutating: text))
                }
            }
            return TLSSession(ssl: ssl, incoming: incoming, outgoing: outgoing)
        }
    }

    /// TLS as a change of bytes: the socket is ours, so that a broken one raises no signal.
    ///
    final class TLSSession: @unchecked Sendable {
        // Used by one thread while hands are shaken, afterwards behind its connection's lock.

        /// The peer broke the protocol or is not who it should be.
        struct Refusal: Error {
            var isCertificate: Bool
        }

        private let ssl: OpaquePointer
        private let incoming: OpaquePointer
        private let outgoing: OpaquePointer

        init(ssl: OpaquePointer, incoming: OpaquePointer, outgoing: OpaquePointer) {
            self.ssl = ssl
            self.incoming = incoming
            self.outgoing = outgoing
        }

        deinit { SSL_free(ssl) }

        /// Goes on with the handshake; whether it is done.
        func shakeHands() throws(Refusal) -> Bool {
            ERR_clear_error()
            let outcome = SSL_do_handshake(ssl)
            if outcome == 1 { return true }
            try check(outcome)
            return false
        }

        /// Takes bytes from the socket.
        func take(_ bytes: UnsafeRawBufferPointer) {
            if let base = bytes.baseAddress { _ = BIO_write(incoming, base, Int32(clamping: bytes.count)) }
        }

        /// Decrypts into a buffer; how many bytes, 0 when more must come from the socket.
        func read(into buffer: UnsafeMutableRawBufferPointer) throws(Refusal) -> Int {
            ERR_clear_error()
            let count = SSL_read(ssl, buffer.baseAddress, Int32(clamping: buffer.count))
            if count > 0 { return Int(count) }
            try check(count)
            return 0
        }

        /// Encrypts bytes.
        func write(_ bytes: ArraySlice<UInt8>) throws(Refusal) {
            var rest = bytes
            while !rest.isEmpty {
                ERR_clear_error()
                let count = rest.withUnsafeBytes { SSL_write(ssl, $0.baseAddress, Int32(clamping: $0.count)) }
                guard count > 0 else { throw Refusal(isCertificate: false) }
                rest = rest.dropFirst(Int(count))
            }
        }

        /// Moves what is for the socket to the end of a buffer.
        func drain(into bytes: inout [UInt8]) {
            let waiting = BIO_ctrl_pending(outgoing)
            guard waiting > 0 else { return }
            let start = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: waiting))
            _ = bytes.withUnsafeMutableBytes { raw in
                BIO_read(outgoing, raw.baseAddress.map { $0 + start }, Int32(clamping: waiting))
            }
        }

        private func check(_ outcome: Int32) throws(Refusal) {
            switch SSL_get_error(ssl, outcome) {
            case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return
            default:
                let isCertificate = SSL_get_verify_result(ssl) != Int(X509_V_OK)
                ERR_clear_error()
                throw Refusal(isCertificate: isCertificate)
            }
        }
    }
#endif
