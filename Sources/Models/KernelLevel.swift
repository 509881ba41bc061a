internal import CKernels

/// The instruction set that the numeric kernels use.
package enum KernelLevel: Sendable, CaseIterable {
    /// The baseline of the target.
    case plain
    /// x86-64 with AVX2 and FMA.
    case avx2
    /// x86-64 with AVX-512.
    case avx512

    /// The fastest that this machine can run.
    package static var best: KernelLevel {
        allCases.last(where: \.isSupported) ?? .plain
    }

    /// Whether this machine can run it.
    package var isSupported: Bool {
        transformer_supports(number) == 1
    }

    var number: Int32 {
        switch self {
        case .plain: Int32(TRANSFORMER_PLAIN)
        case .avx2: Int32(TRANSFORMER_AVX2)
        case .avx512: Int32(TRANSFORMER_AVX512)
        }
    }
}
