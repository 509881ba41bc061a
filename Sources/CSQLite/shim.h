#pragma once
#include <sqlite3.h>

// Extended result codes are expressions that Swift cannot import.
static const int shim_constraint_unique = SQLITE_CONSTRAINT_UNIQUE;
static const int shim_constraint_primary_key = SQLITE_CONSTRAINT_PRIMARYKEY;
