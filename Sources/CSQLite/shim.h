#pragma once
#include <sqlite3.h>

// SQLITE_TRANSIENT is a cast that Swift cannot import: the library copies what is bound.
static inline int shim_bind_text(sqlite3_stmt *statement, int place, const char *bytes, int count) {
    return sqlite3_bind_text(statement, place, bytes, count, SQLITE_TRANSIENT);
}
static inline int shim_bind_blob(sqlite3_stmt *statement, int place, const void *bytes, int count) {
    return count == 0 ? sqlite3_bind_zeroblob(statement, place, 0)
                      : sqlite3_bind_blob(statement, place, bytes, count, SQLITE_TRANSIENT);
}

// Extended result codes are expressions that Swift cannot import.
static const int shim_constraint_unique = SQLITE_CONSTRAINT_UNIQUE;
static const int shim_constraint_primary_key = SQLITE_CONSTRAINT_PRIMARYKEY;
