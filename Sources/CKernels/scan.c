#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static void dots_plain(const int8_t *rows, size_t count, size_t stride, const int8_t *query, int32_t *dots) {
    for (size_t row = 0; row < count; row++) {
        const int8_t *values = rows + row * stride;
        int32_t sum = 0;
        for (size_t i = 0; i < stride; i++) { sum += (int32_t)values[i] * (int32_t)query[i]; }
        dots[row] = sum;
    }
}

#if defined(__x86_64__)

#define AVX2 __attribute__((target("avx2")))
#define VNNI __attribute__((target("avx512f,avx512bw,avx512vnni")))

AVX2 static inline int32_t sum_of_8(__m256i lanes) {
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4E));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xB1));
    return _mm_cvtsi128_si32(half);
}

// maddubs multiplies unsigned by signed bytes: |row| by the query with the row's sign. Two products of at most
// 127 * 127 fit 16 bits, so nothing saturates.
AVX2 static inline __m256i products(const int8_t *values, __m256i query, __m256i ones) {
    __m256i row = _mm256_loadu_si256((const __m256i *)values);
    return _mm256_madd_epi16(_mm256_maddubs_epi16(_mm256_abs_epi8(row), _mm256_sign_epi8(query, row)), ones);
}

AVX2 static void dots_avx2(const int8_t *rows, size_t count, size_t stride, const int8_t *query, int32_t *dots) {
    const __m256i ones = _mm256_set1_epi16(1);
    size_t row = 0;
    for (; row + 2 <= count; row += 2) {
        const int8_t *first = rows + row * stride;
        const int8_t *second = first + stride;
        __m256i sum0 = _mm256_setzero_si256(), sum1 = _mm256_setzero_si256();
        __m256i sum2 = _mm256_setzero_si256(), sum3 = _mm256_setzero_si256();
        for (size_t i = 0; i < stride; i += 64) {
            __m256i low = _mm256_loadu_si256((const __m256i *)(query + i));
            __m256i high = _mm256_loadu_si256((const __m256i *)(query + i + 32));
            sum0 = _mm256_add_epi32(sum0, products(first + i, low, ones));
            sum1 = _mm256_add_epi32(sum1, products(second + i, low, ones));
            sum2 = _mm256_add_epi32(sum2, products(first + i + 32, high, ones));
            sum3 = _mm256_add_epi32(sum3, products(second + i + 32, high, ones));
        }
        dots[row] = sum_of_8(_mm256_add_epi32(sum0, sum2));
        dots[row + 1] = sum_of_8(_mm256_add_epi32(sum1, sum3));
    }
    for (; row < count; row++) {
        __m256i sum = _mm256_setzero_si256();
        for (size_t i = 0; i < stride; i += 32) {
            __m256i part = _mm256_loadu_si256((const __m256i *)(query + i));
            sum = _mm256_add_epi32(sum, products(rows + row * stride + i, part, ones));
        }
        dots[row] = sum_of_8(sum);
    }
}

// dpbusd wants one side unsigned: row + 128, made by flipping the sign bit. The surplus, 128 * (sum of the query), is
// the same for all rows.
VNNI static inline __m512i biased(const int8_t *values) {
    return _mm512_xor_si512(_mm512_loadu_si512(values), _mm512_set1_epi8((char)0x80));
}

VNNI static void dots_vnni(const int8_t *rows, size_t count, size_t stride, const int8_t *query, int32_t *dots) {
    int32_t surplus = 0;
    for (size_t i = 0; i < stride; i++) { surplus += 128 * (int32_t)query[i]; }
    size_t row = 0;
    for (; row + 4 <= count; row += 4) {
        const int8_t *values = rows + row * stride;
        __m512i sum0 = _mm512_setzero_si512(), sum1 = _mm512_setzero_si512();
        __m512i sum2 = _mm512_setzero_si512(), sum3 = _mm512_setzero_si512();
        for (size_t i = 0; i < stride; i += 64) {
            __m512i part = _mm512_loadu_si512(query + i);
            sum0 = _mm512_dpbusd_epi32(sum0, biased(values + i), part);
            sum1 = _mm512_dpbusd_epi32(sum1, biased(values + stride + i), part);
            sum2 = _mm512_dpbusd_epi32(sum2, biased(values + 2 * stride + i), part);
            sum3 = _mm512_dpbusd_epi32(sum3, biased(values + 3 * stride + i), part);
        }
        dots[row] = _mm512_reduce_add_epi32(sum0) - surplus;
        dots[row + 1] = _mm512_reduce_add_epi32(sum1) - surplus;
        dots[row + 2] = _mm512_reduce_add_epi32(sum2) - surplus;
        dots[row + 3] = _mm512_reduce_add_epi32(sum3) - surplus;
    }
    for (; row < count; row++) {
        __m512i sum = _mm512_setzero_si512();
        for (size_t i = 0; i < stride; i += 64) {
            sum = _mm512_dpbusd_epi32(sum, biased(rows + row * stride + i), _mm512_loadu_si512(query + i));
        }
        dots[row] = _mm512_reduce_add_epi32(sum) - surplus;
    }
}

#endif

int32_t scan_best_level(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vnni")) {
        return scan_level_vnni;
    }
    if (__builtin_cpu_supports("avx2")) { return scan_level_avx2; }
#endif
    return scan_level_plain;
}

void scan_dots(
    const int8_t *rows, size_t count, size_t stride, const int8_t *query, int32_t *dots, int32_t level) {
#if defined(__x86_64__)
    int32_t best = scan_best_level();
    if (level > best) { level = best; }
    if (level >= scan_level_vnni) { return dots_vnni(rows, count, stride, query, dots); }
    if (level == scan_level_avx2) { return dots_avx2(rows, count, stride, query, dots); }
#endif
    (void)level;
    dots_plain(rows, count, stride, query, dots);
}

// The best rows are kept in a binary heap whose root is the worst of them. Of equal scores the later row is worse;
// rows arrive in ascending order, so a newcomer must be strictly better than the root.
static int is_worse(const uint32_t *rows, const float *scores, size_t a, size_t b) {
    return scores[a] < scores[b] || (scores[a] == scores[b] && rows[a] > rows[b]);
}

static void swap_entries(uint32_t *rows, float *scores, size_t a, size_t b) {
    uint32_t row = rows[a];
    float score = scores[a];
    rows[a] = rows[b];
    scores[a] = scores[b];
    rows[b] = row;
    scores[b] = score;
}

static void sift_up(uint32_t *rows, float *scores, size_t child) {
    while (child > 0) {
        size_t parent = (child - 1) / 2;
        if (!is_worse(rows, scores, child, parent)) { return; }
        swap_entries(rows, scores, child, parent);
        child = parent;
    }
}

static void sift_down(uint32_t *rows, float *scores, size_t count) {
    size_t parent = 0;
    for (;;) {
        size_t worst = parent, left = 2 * parent + 1;
        if (left < count && is_worse(rows, scores, left, worst)) { worst = left; }
        if (left + 1 < count && is_worse(rows, scores, left + 1, worst)) { worst = left + 1; }
        if (worst == parent) { return; }
        swap_entries(rows, scores, parent, worst);
        parent = worst;
    }
}

size_t scan_top(
    const int8_t *rows, const float *scales, const int32_t *slots, size_t count, size_t stride, const int8_t *query,
    const uint64_t *allowed, size_t allowed_words, size_t limit, uint32_t *best_rows, float *best_scores,
    int32_t level) {
    enum { block = 64 };
    int32_t dots[block];
    size_t found = 0;
    if (limit == 0) { return 0; }
    for (size_t start = 0; start < count; start += block) {
        size_t length = count - start < block ? count - start : block;
        scan_dots(rows + start * stride, length, stride, query, dots, level);
        for (size_t i = 0; i < length; i++) {
            size_t row = start + i;
            float score = scales[row] * (float)dots[i];
            if (found == limit && !(score > best_scores[0])) { continue; }
            if (allowed != NULL) {
                size_t word = (size_t)(uint32_t)slots[row] >> 6;
                if (word >= allowed_words || !(allowed[word] >> (slots[row] & 63) & 1)) { continue; }
            }
            if (found < limit) {
                best_rows[found] = (uint32_t)row;
                best_scores[found] = score;
                sift_up(best_rows, best_scores, found);
                found++;
            } else {
                best_rows[0] = (uint32_t)row;
                best_scores[0] = score;
                sift_down(best_rows, best_scores, found);
            }
        }
    }
    return found;
}

float scan_dot_float(const float *a, const float *b, size_t count) {
// Contraction to fused multiply-adds, which only some CPUs have, would change the last bits.
#pragma clang fp contract(off)
    float sums[16] = {0};
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        for (size_t lane = 0; lane < 16; lane++) { sums[lane] += a[i + lane] * b[i + lane]; }
    }
    for (size_t lane = 0; i < count; i++, lane++) { sums[lane] += a[i] * b[i]; }
    for (size_t width = 8; width > 0; width /= 2) {
        for (size_t lane = 0; lane < width; lane++) { sums[lane] += sums[lane + width]; }
    }
    return sums[0];
}
