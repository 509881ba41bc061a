internal import CCrypto

/// AES-256-GCM (NIST SP 800-38D) by libcrypto, with a tag of 128 bits.
package enum AES256GCM {
    package static let keyBytes = 32
    package static let nonceBytes = 12
    package static let tagBytes = 16
    private static let maximumBytes = 1 << 30

    /// Why nothing was sealed or opened. It says nothing of key or content.
    package enum Failure: Error {
        /// The bytes, the key or the additional data are not those that were sealed, or more than 1 GiB.
        case refused
        /// libcrypto failed, such as for lack of memory.
        case unavailable
    }

    /// Random bytes of the system, fit for keys and nonces.
    package static func random(_ count: Int) throws(Failure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard RAND_bytes(&bytes, Int32(count)) == 1 else { throw .unavailable }
        return bytes
    }

    /// The sealed bytes, then the tag. A nonce must never be used twice with a key.
    package static func seal(
        _ bytes: [UInt8], key: [UInt8], nonce: [UInt8], additionalData: [UInt8]
    ) throws(Failure) -> [UInt8] {
        precondition(key.count == keyBytes && nonce.count == nonceBytes)
        // libcrypto counts in 32 bits.
        guard bytes.count <= maximumBytes, additionalData.count <= maximumBytes else { throw .refused }
        guard let context = EVP_CIPHER_CTX_new() else { throw .unavailable }
        defer { EVP_CIPHER_CTX_free(context) }
        var sealed = [UInt8](repeating: 0, count: bytes.count + tagBytes)
        var count: Int32 = 0
        guard EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1,
            EVP_EncryptUpdate(context, nil, &count, additionalData, Int32(additionalData.count)) == 1,
            EVP_EncryptUpdate(context, &sealed, &count, bytes, Int32(bytes.count)) == 1
        else { throw .unavailable }
        let isSealed = sealed.withUnsafeMutableBufferPointer { buffer in
            guard let tag = buffer.baseAddress?.advanced(by: bytes.count) else { return false }
            // There is no padding: the end adds nothing but the tag.
            var rest: Int32 = 0
            return EVP_EncryptFinal_ex(context, tag, &rest) == 1
                && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, Int32(tagBytes), tag) == 1
        }
        guard isSealed else { throw .unavailable }
        return sealed
    }

    /// What was sealed.
    package static func open(
        _ sealed: ArraySlice<UInt8>, key: [UInt8], nonce: [UInt8], additionalData: [UInt8]
    ) throws(Failure) -> [UInt8] {
        precondition(key.count == keyBytes && nonce.count == nonceBytes)
        guard sealed.count >= tagBytes, sealed.count <= maximumBytes, additionalData.count <= maximumBytes else {
            throw .refused
        }
        guard let context = EVP_CIPHER_CTX_new() else { throw .unavailable }
        defer { EVP_CIPHER_CTX_free(context) }
        let content = Array(sealed.dropLast(tagBytes))
        var tag = Array(sealed.suffix(tagBytes))
        var bytes = [UInt8](repeating: 0, count: content.count + 1)
        var count: Int32 = 0
        guard EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1,
            EVP_DecryptUpdate(context, nil, &count, additionalData, Int32(additionalData.count)) == 1,
            EVP_DecryptUpdate(context, &bytes, &count, content, Int32(content.count)) == 1,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, Int32(tagBytes), &tag) == 1
        else { throw .unavailable }
        var rest: Int32 = 0
        let isWhole = bytes.withUnsafeMutableBufferPointer { buffer in
            EVP_DecryptFinal_ex(context, buffer.baseAddress?.advanced(by: content.count), &rest) == 1
        }
        guard isWhole else { throw .refused }
        bytes.removeLast()
        return bytes
    }
}
