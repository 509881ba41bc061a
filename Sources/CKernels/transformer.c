#include "transformer.h"

#include <math.h>
#include <string.h>

// One source, compiled once a level: every body below is inlined into functions that differ only in the instructions
// they may use. Vectors are sixteen floats wide everywhere; the compiler splits them where registers are narrower.
typedef float floats __attribute__((vector_size(64)));
typedef int32_t ints __attribute__((vector_size(64)));
typedef uint32_t words __attribute__((vector_size(64)));

enum { WIDTH = 16, PANEL = 32, ROW_BLOCK = 96, SCORE_ROWS = 48 };

#define INLINED static inline __attribute__((always_inline))

// memcpy, because neither mapped files nor row starts are aligned.
#define LOAD(vector, from) memcpy(&(vector), (from), sizeof(floats))
#define STORE(to, vector) memcpy((to), &(vector), sizeof(floats))

// MARK: - Elementary functions

// eˣ for x <= 88, in place; zero for x < −87. Cody and Waite's reduction to |r| <= ½ ln 2, then the Taylor series to
// degree 7, whose first omitted term is at most 5.2e-9: a tenth of a unit in the last place.
INLINED void exponential(floats *value) {
    const floats zero = {0};
    floats x = __builtin_elementwise_max(*value, zero - 87.0f);
    const float magic = 12582912.0f;  // 1.5 · 2²³: adding it rounds to an integer held in the low bits
    floats shifted = x * 1.44269504088896341f + magic;
    floats n = shifted - magic;
    floats r = x - n * 0.693359375f;
    r = r - n * -2.12194440e-4f;
    floats p = r * (1.0f / 5040) + (1.0f / 720);
    p = p * r + (1.0f / 120);
    p = p * r + (1.0f / 24);
    p = p * r + (1.0f / 6);
    p = p * r + 0.5f;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    words scale = ((words)shifted << 23) + ((uint32_t)127 << 23);
    floats result = p * (floats)scale;
    ints tiny = *value < -87.0f;
    *value = (floats)((ints)result & ~tiny);
}

// x · Φ(x) in place. erf by Abramowitz and Stegun 7.1.26, whose absolute error is at most 1.5e-7.
INLINED void gelu(floats *value) {
    const floats zero = {0};
    floats x = *value;
    floats z = __builtin_elementwise_abs(x) * 0.70710678118654752f;
    floats t = 1.0f / (z * 0.3275911f + 1.0f);
    floats p = t * 1.061405429f - 1.453152027f;
    p = p * t + 1.421413741f;
    p = p * t - 0.284496736f;
    p = p * t + 0.254829592f;
    p = p * t;
    floats e = zero - z * z;
    exponential(&e);
    // 1 + erf(|x|/√2) = 2 − p·e; for negative x it is p·e itself.
    floats tail = p * e;
    floats positive = 2.0f - tail;
    ints negative = x < 0.0f;
    floats cumulative = (floats)(((ints)tail & negative) | ((ints)positive & ~negative));
    *value = 0.5f * x * cumulative;
}

INLINED float sum(const floats *value) {
    float parts[WIDTH];
    STORE(parts, *value);
    for (int half = WIDTH / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++) parts[i] += parts[i + half];
    return parts[0];
}

INLINED float largest(const floats *value) {
    float parts[WIDTH];
    STORE(parts, *value);
    for (int half = WIDTH / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++) parts[i] = parts[i] > parts[i + half] ? parts[i] : parts[i + half];
    return parts[0];
}

// MARK: - Matrix product

typedef struct {
    const float *a;
    size_t lda, m, k;
    const float *packed, *bias;
    size_t n;
    int32_t activation;
    float *c;
    size_t ldc;
} Product;

// `rows` rows by `vectors`·16 columns of the result, held in registers while k runs. Both are constants.
INLINED void product_tile(
    const Product *x, size_t row, size_t column, const float *b, const int rows, const int vectors) {
    floats accumulators[12][2];
    const floats zero = {0};
#pragma unroll
    for (int i = 0; i < rows; i++)
#pragma unroll
        for (int j = 0; j < vectors; j++) accumulators[i][j] = zero;

    const float *a = x->a + row * x->lda;
    const size_t lda = x->lda, k = x->k;
    for (size_t index = 0; index < k; index++) {
        floats weights[2];
#pragma unroll
        for (int j = 0; j < vectors; j++) LOAD(weights[j], b + j * WIDTH);
#pragma unroll
        for (int i = 0; i < rows; i++) {
            const float element = a[i * lda + index];
#pragma unroll
            for (int j = 0; j < vectors; j++) accumulators[i][j] += weights[j] * element;
        }
        b += PANEL;
    }

#pragma unroll
    for (int j = 0; j < vectors; j++) {
        const size_t first = column + (size_t)j * WIDTH;
        if (first >= x->n) break;
        const size_t count = x->n - first < WIDTH ? x->n - first : WIDTH;
        floats bias = zero;
        if (x->bias) memcpy(&bias, x->bias + first, count * sizeof(float));
#pragma unroll
        for (int i = 0; i < rows; i++) {
            floats value = accumulators[i][j] + bias;
            if (x->activation == TRANSFORMER_GELU) gelu(&value);
            float *to = x->c + (row + i) * x->ldc + first;
            if (count == WIDTH) STORE(to, value);
            else memcpy(to, &value, count * sizeof(float));
        }
    }
}

#define TILE_CASE(count) \
    case count: \
        if (count <= tile_rows) product_tile(x, row, column, b, count, vectors); \
        break;

// A block of rows stays in the second-level cache while the panels of weights stream past it.
INLINED void product_body(const Product *x, const int tile_rows, const int vectors) {
    for (size_t block = 0; block < x->m; block += ROW_BLOCK) {
        const size_t end = x->m - block < ROW_BLOCK ? x->m : block + ROW_BLOCK;
        for (size_t column = 0; column < x->n; column += (size_t)vectors * WIDTH) {
            const float *b = x->packed + column / PANEL * PANEL * x->k + column % PANEL;
            size_t row = block;
            for (; row + (size_t)tile_rows <= end; row += (size_t)tile_rows)
                product_tile(x, row, column, b, tile_rows, vectors);
            switch (end - row) {
                TILE_CASE(1)
                TILE_CASE(2)
                TILE_CASE(3)
                TILE_CASE(4)
                TILE_CASE(5)
                TILE_CASE(6)
                TILE_CASE(7)
                TILE_CASE(8)
                TILE_CASE(9)
                TILE_CASE(10)
                TILE_CASE(11)
            }
        }
    }
}

// MARK: - Layer norm and softmax

INLINED void norm_body(
    float *x, const float *y, size_t rows, size_t width, const float *gain, const float *shift, float epsilon) {
    for (size_t row = 0; row < rows; row++, x += width) {
        floats totals = {0}, squares = {0}, value, other;
        float total = 0, square = 0;
        size_t i = 0;
        for (; i + WIDTH <= width; i += WIDTH) {
            LOAD(value, x + i);
            if (y) {
                LOAD(other, y + i);
                value += other;
                STORE(x + i, value);
            }
            totals += value;
        }
        for (; i < width; i++) {
            if (y) x[i] += y[i];
            total += x[i];
        }
        const float mean = (total + sum(&totals)) / (float)width;
        for (i = 0; i + WIDTH <= width; i += WIDTH) {
            LOAD(value, x + i);
            value -= mean;
            squares += value * value;
        }
        for (; i < width; i++) square += (x[i] - mean) * (x[i] - mean);
        const float factor = 1.0f / sqrtf((square + sum(&squares)) / (float)width + epsilon);
        for (i = 0; i + WIDTH <= width; i += WIDTH) {
            floats scale;
            LOAD(value, x + i);
            LOAD(scale, gain + i);
            LOAD(other, shift + i);
            value = (value - mean) * factor * scale + other;
            STORE(x + i, value);
        }
        for (; i < width; i++) x[i] = (x[i] - mean) * factor * gain[i] + shift[i];
        if (y) y += width;
    }
}

// softmax(row · scale) over the first `count` of `padded` elements (a multiple of 16); the rest becomes zero.
INLINED void softmax_row(float *row, size_t count, size_t padded, float scale) {
    floats value, best, totals = {0};
    for (size_t i = count; i < padded; i++) row[i] = -INFINITY;
    LOAD(best, row);
    for (size_t i = WIDTH; i < padded; i += WIDTH) {
        LOAD(value, row + i);
        best = __builtin_elementwise_max(best, value);
    }
    const float top = largest(&best);
    for (size_t i = 0; i < padded; i += WIDTH) {
        LOAD(value, row + i);
        value = (value - top) * scale;
        exponential(&value);
        STORE(row + i, value);
        totals += value;
    }
    const float factor = 1.0f / sum(&totals);
    for (size_t i = 0; i < padded; i += WIDTH) {
        LOAD(value, row + i);
        value *= factor;
        STORE(row + i, value);
    }
}

// MARK: - Attention

static size_t rounded(size_t count, size_t step) { return (count + step - 1) / step * step; }

// b [k × n] into panels of 32 columns, each panel [k × 32].
static void pack_columns(const float *b, size_t ldb, size_t k, size_t n, float *packed) {
    for (size_t column = 0; column < n; column += PANEL) {
        const size_t count = n - column < PANEL ? n - column : PANEL;
        for (size_t row = 0; row < k; row++, packed += PANEL) {
            memcpy(packed, b + row * ldb + column, count * sizeof(float));
            if (count < PANEL) memset(packed + count, 0, (PANEL - count) * sizeof(float));
        }
    }
}

// One head at a time through the matrix product: the keys are packed like weights, then so are the values.
INLINED void attention_body(
    const float *qkv, size_t ldqkv, size_t length, size_t heads, size_t head_width, float *work, float *out,
    size_t ldout, const int tile_rows, const int vectors) {
    const size_t hidden = heads * head_width, padded = rounded(length, PANEL);
    const float scale = 1.0f / sqrtf((float)head_width);
    float *keys = work, *values = keys + transformer_packed_count(length, head_width);
    float *scores = values + transformer_packed_count(head_width, length);
    for (size_t head = 0; head < heads; head++) {
        const float *q = qkv + head * head_width;
        transformer_pack(q + hidden, ldqkv, length, head_width, keys);
        pack_columns(q + 2 * hidden, ldqkv, length, head_width, values);
        for (size_t row = 0; row < length; row += SCORE_ROWS) {
            const size_t count = length - row < SCORE_ROWS ? length - row : SCORE_ROWS;
            const Product similarity = {
                q + row * ldqkv, ldqkv, count, head_width, keys, NULL, length, TRANSFORMER_IDENTITY, scores, padded};
            product_body(&similarity, tile_rows, vectors);
            for (size_t i = 0; i < count; i++) softmax_row(scores + i * padded, length, padded, scale);
            const Product mixture = {
                scores, padded, count, length, values, NULL, head_width, TRANSFORMER_IDENTITY,
                out + row * ldout + head * head_width, ldout};
            product_body(&mixture, tile_rows, vectors);
        }
    }
}

// MARK: - Levels

typedef struct {
    void (*product)(const Product *);
    void (*norm)(float *, const float *, size_t, size_t, const float *, const float *, float);
    void (*attention)(const float *, size_t, size_t, size_t, size_t, float *, float *, size_t);
} Kernels;

// `tile_rows` × `vectors` is the tile whose accumulators, weights and one broadcast element fill the register file.
#define DEFINE_KERNELS(name, attributes, tile_rows, vectors) \
    attributes static void product_##name(const Product *x) { product_body(x, tile_rows, vectors); } \
    attributes static void norm_##name( \
        float *x, const float *y, size_t rows, size_t width, const float *gain, const float *shift, float epsilon) { \
        norm_body(x, y, rows, width, gain, shift, epsilon); \
    } \
    attributes static void attention_##name( \
        const float *qkv, size_t ldqkv, size_t length, size_t heads, size_t head_width, float *work, float *out, \
        size_t ldout) { \
        attention_body(qkv, ldqkv, length, heads, head_width, work, out, ldout, tile_rows, vectors); \
    } \
    static const Kernels kernels_##name = {product_##name, norm_##name, attention_##name};

#if defined(__x86_64__)
DEFINE_KERNELS(plain, , 2, 1)
DEFINE_KERNELS(avx2, __attribute__((target("avx2,fma"))), 6, 1)
DEFINE_KERNELS(avx512, __attribute__((target("avx512f,avx2,fma"))), 12, 2)
#else
DEFINE_KERNELS(plain, , 6, 1)
#endif

int32_t transformer_supports(int32_t level) {
    if (level == TRANSFORMER_PLAIN) return 1;
#if defined(__x86_64__)
    if (level == TRANSFORMER_AVX2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (level == TRANSFORMER_AVX512) return __builtin_cpu_supports("avx512f") != 0;
#endif
    return 0;
}

static const Kernels *kernels(int32_t level) {
#if defined(__x86_64__)
    if (level == TRANSFORMER_AVX512) return &kernels_avx512;
    if (level == TRANSFORMER_AVX2) return &kernels_avx2;
#endif
    (void)level;
    return &kernels_plain;
}

void transformer_linear(
    int32_t level, const float *a, size_t lda, size_t m, size_t k, const float *packed, const float *bias, size_t n,
    int32_t activation, float *c, size_t ldc) {
    const Product product = {a, lda, m, k, packed, bias, n, activation, c, ldc};
    kernels(level)->product(&product);
}

void transformer_add_layer_norm(
    int32_t level, float *x, const float *y, size_t rows, size_t width, const float *gain, const float *shift,
    float epsilon) {
    kernels(level)->norm(x, y, rows, width, gain, shift, epsilon);
}

size_t transformer_attention_work_count(size_t length, size_t head_width) {
    return transformer_packed_count(length, head_width) + transformer_packed_count(head_width, length)
        + SCORE_ROWS * rounded(length, PANEL);
}

void transformer_attention(
    int32_t level, const float *qkv, size_t ldqkv, size_t length, size_t heads, size_t head_width, float *work,
    float *out, size_t ldout) {
    if (length > 0) kernels(level)->attention(qkv, ldqkv, length, heads, head_width, work, out, ldout);
}

// MARK: - Loading

size_t transformer_packed_count(size_t n, size_t k) { return rounded(n, PANEL) * k; }

void transformer_pack(const float *w, size_t ldw, size_t n, size_t k, float *packed) {
    for (size_t panel = 0; panel < n; panel += PANEL, packed += PANEL * k) {
        const size_t count = n - panel < PANEL ? n - panel : PANEL;
        if (count < PANEL) memset(packed, 0, PANEL * k * sizeof(float));
        // Sixteen columns at a time: whole cache lines are read and written while they are near.
        for (size_t first = 0; first < k; first += WIDTH) {
            const size_t last = k - first < WIDTH ? k : first + WIDTH;
            for (size_t j = 0; j < count; j++) {
                const float *row = w + (panel + j) * ldw;
                for (size_t i = first; i < last; i++) packed[i * PANEL + j] = row[i];
            }
        }
    }
}

static float widened_half(uint16_t half) {
    const uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = half >> 10 & 0x1f, fraction = half & 0x3ff;
    float magnitude;
    if (exponent == 0) {
        magnitude = (float)fraction * 0x1p-24f;  // subnormal
    } else {
        const uint32_t bits = (exponent == 0x1f ? 0xffu : exponent + 112) << 23 | fraction << 13;
        memcpy(&magnitude, &bits, sizeof bits);
    }
    return sign ? -magnitude : magnitude;
}

void transformer_widen(int32_t type, const void *source, size_t count, float *destination) {
    if (type == TRANSFORMER_F32) {
        memcpy(destination, source, count * sizeof(float));
        return;
    }
    const uint8_t *bytes = source;
    for (size_t i = 0; i < count; i++) {
        uint16_t half;
        memcpy(&half, bytes + 2 * i, sizeof half);
        if (type == TRANSFORMER_F16) {
            destination[i] = widened_half(half);
        } else {
            const uint32_t bits = (uint32_t)half << 16;
            memcpy(destination + i, &bits, sizeof bits);
        }
    }
}

// MARK: - Hash

static const uint64_t prime1 = 0x9E3779B185EBCA87, prime2 = 0xC2B2AE3D27D4EB4F, prime3 = 0x165667B19E3779F9,
                      prime4 = 0x85EBCA77C2B2AE63, prime5 = 0x27D4EB2F165667C5;

static inline uint64_t rotated(uint64_t value, int bits) { return value << bits | value >> (64 - bits); }

static inline uint64_t hash_round(uint64_t lane, uint64_t input) {
    return rotated(lane + input * prime2, 31) * prime1;
}

static inline uint64_t hash_merge(uint64_t hash, uint64_t lane) {
    return (hash ^ hash_round(0, lane)) * prime1 + prime4;
}

static inline uint64_t read64(const uint8_t *at) {
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

uint64_t transformer_xxhash64(const void *bytes, size_t count, uint64_t seed) {
    const uint8_t *at = bytes;
    size_t left = count;
    uint64_t hash = seed + prime5;
    if (count >= 32) {
        uint64_t a = seed + prime1 + prime2, b = seed + prime2, c = seed, d = seed - prime1;
        for (; left >= 32; left -= 32, at += 32) {
            a = hash_round(a, read64(at));
            b = hash_round(b, read64(at + 8));
            c = hash_round(c, read64(at + 16));
            d = hash_round(d, read64(at + 24));
        }
        hash = rotated(a, 1) + rotated(b, 7) + rotated(c, 12) + rotated(d, 18);
        hash = hash_merge(hash_merge(hash_merge(hash_merge(hash, a), b), c), d);
    }
    hash += count;
    for (; left >= 8; left -= 8, at += 8) hash = rotated(hash ^ hash_round(0, read64(at)), 27) * prime1 + prime4;
    if (left >= 4) {
        uint32_t word;
        memcpy(&word, at, sizeof word);
        hash = rotated(hash ^ word * prime1, 23) * prime2 + prime3;
        left -= 4;
        at += 4;
    }
    for (; left > 0; left--, at++) hash = rotated(hash ^ *at * prime5, 11) * prime1;
    hash = (hash ^ hash >> 33) * prime2;
    hash = (hash ^ hash >> 29) * prime3;
    return hash ^ hash >> 32;
}
