#pragma once
#include <stddef.h>
#include <stdint.h>

// Scans of 8-bit quantised vectors. Rows lie one after the other, `stride` bytes apart: a multiple of 64, the bytes
// beyond the vector are 0. Values are -127...127, never -128. Sums are exact in 32 bits up to a stride of 65,536 and
// therefore the same on every level.

enum {
    scan_level_plain = 0,  // any CPU
    scan_level_avx2 = 1,   // x86-64 with AVX2
    scan_level_vnni = 2,   // x86-64 with AVX-512 F, BW and VNNI
};

/// The best level of this CPU.
int32_t scan_best_level(void);

/// dots[i] = row i · query. A level the CPU does not have is lowered to the best one.
void scan_dots(
    const int8_t *rows, size_t count, size_t stride, const int8_t *query, int32_t *dots, int32_t level);

/// Finds the `limit` rows with the largest scales[i] * (row i · query), among equals the ones that come first.
/// Row i takes part only if bit slots[i] & 63 of allowed[slots[i] >> 6] is set; `allowed` may be NULL, and slots beyond
/// `allowed_words` do not take part. Writes the numbers of the rows in no particular order; `best_scores` is work space
/// of the same length. Returns how many were found.
size_t scan_top(
    const int8_t *rows, const float *scales, const int32_t *slots, size_t count, size_t stride, const int8_t *query,
    const uint64_t *allowed, size_t allowed_words, size_t limit, uint32_t *best_rows, float *best_scores,
    int32_t level);

/// a · b in single precision, summed in the same order on every CPU.
float scan_dot_float(const float *a, const float *b, size_t count);
