#pragma once
#include <stddef.h>
#include <stdint.h>

// Kernels of a transformer encoder in single precision. Matrices are row-major; a leading dimension (`ld…`) is the
// distance in floats between the starts of two rows. No function allocates, and none keeps state between calls.

// The instruction sets a kernel is compiled for. A level may be used where `transformer_supports(level)` is 1.
enum {
    TRANSFORMER_PLAIN = 0,   // the baseline of the target: SSE2 on x86-64, NEON on arm64
    TRANSFORMER_AVX2 = 1,    // x86-64 with AVX2 and FMA
    TRANSFORMER_AVX512 = 2,  // x86-64 with AVX-512F
};

// How a tensor's elements are stored. All are little-endian.
enum {
    TRANSFORMER_F32 = 0,
    TRANSFORMER_F16 = 1,
    TRANSFORMER_BF16 = 2,
};

// What is applied to every element of a linear layer's output.
enum {
    TRANSFORMER_IDENTITY = 0,
    TRANSFORMER_GELU = 1,  // x · Φ(x), by the error function; not the tanh approximation
};

// 1 where this machine can run `level`, else 0.
int32_t transformer_supports(int32_t level);

// Converts `count` stored elements to floats. `source` needs no alignment.
void transformer_widen(int32_t type, const void *source, size_t count, float *destination);

// Floats that the packed form of an [n × k] matrix takes: n rounded up to whole panels of 32, times k.
size_t transformer_packed_count(size_t n, size_t k);

// Packs the weights w [n × k] of a linear layer (one row per output) into panels of 32 outputs, each panel [k × 32],
// so that the innermost loop reads memory in order. Outputs past n are zero.
void transformer_pack(const float *w, size_t ldw, size_t n, size_t k, float *packed);

// c [m × n] = activation(a [m × k] · wᵀ + bias [n]); `packed` is w in packed form, `bias` may be null.
void transformer_linear(
    int32_t level, const float *a, size_t lda, size_t m, size_t k, const float *packed, const float *bias, size_t n,
    int32_t activation, float *c, size_t ldc);

// x [rows × width] = layer norm of (x + y), scaled by `gain` and shifted by `shift`; `y` may be null.
// Both matrices are dense. Ba, Kiros, Hinton, "Layer Normalization" (2016), with the biased variance.
void transformer_add_layer_norm(
    int32_t level, float *x, const float *y, size_t rows, size_t width, const float *gain, const float *shift,
    float epsilon);

// Floats of working memory that `transformer_attention` needs for one sequence.
size_t transformer_attention_work_count(size_t length, size_t head_width);

// Self-attention of one sequence: out [length × heads·head_width] = softmax(q·kᵀ / √head_width) · v for each head.
// Each row of `qkv` holds q, k and v one after the other, each heads·head_width floats.
// Vaswani et al., "Attention Is All You Need" (2017), equation 1.
void transformer_attention(
    int32_t level, const float *qkv, size_t ldqkv, size_t length, size_t heads, size_t head_width, float *work,
    float *out, size_t ldout);

// The 64-bit xxHash of `count` bytes, as its specification defines it (xxHash fast digest algorithm, version 0.1.1).
uint64_t transformer_xxhash64(const void *bytes, size_t count, uint64_t seed);
