#pragma once
#include <zlib.h>

// deflateInit2 and inflateInit2 are macros that Swift cannot import.
static inline int shim_deflate_init(z_stream *stream, int level, int window) {
    return deflateInit2(stream, level, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY);
}
static inline int shim_inflate_init(z_stream *stream, int window) { return inflateInit2(stream, window); }
