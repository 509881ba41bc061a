#pragma once
#include <mongoc/mongoc.h>
#include <stdlib.h>
#include <string.h>

// Documents cross as plain bytes: bson_t is over-aligned, and its builders are macros, so Swift can use neither.
// No message of the library crosses: it may hold record content, and a connection string.

typedef struct {
    unsigned domain;
    unsigned code;
    unsigned char *reply;  // of malloc, or null
    size_t reply_length;
} shim_outcome;

static inline void shim_keep_reply(const bson_t *reply, shim_outcome *outcome) {
    outcome->reply = (unsigned char *)malloc(reply->len);
    if (outcome->reply) {
        memcpy(outcome->reply, bson_get_data(reply), reply->len);
        outcome->reply_length = reply->len;
    }
}

static inline mongoc_client_pool_t *shim_pool_new(const char *connection_string, unsigned size, const char *name,
                                                  int selection_ms, int connect_ms, int socket_ms,
                                                  shim_outcome *outcome) {
    bson_error_t error;
    mongoc_uri_t *uri = mongoc_uri_new_with_error(connection_string, &error);
    if (!uri) {
        outcome->domain = error.domain, outcome->code = error.code;
        return NULL;
    }
    if (!mongoc_uri_has_option(uri, MONGOC_URI_SERVERSELECTIONTIMEOUTMS))
        mongoc_uri_set_option_as_int32(uri, MONGOC_URI_SERVERSELECTIONTIMEOUTMS, selection_ms);
    if (!mongoc_uri_has_option(uri, MONGOC_URI_CONNECTTIMEOUTMS))
        mongoc_uri_set_option_as_int32(uri, MONGOC_URI_CONNECTTIMEOUTMS, connect_ms);
    if (!mongoc_uri_has_option(uri, MONGOC_URI_SOCKETTIMEOUTMS))
        mongoc_uri_set_option_as_int32(uri, MONGOC_URI_SOCKETTIMEOUTMS, socket_ms);
    if (!mongoc_uri_get_appname(uri)) mongoc_uri_set_appname(uri, name);
    mongoc_client_pool_t *pool = mongoc_client_pool_new_with_error(uri, &error);
    mongoc_uri_destroy(uri);
    if (!pool) {
        outcome->domain = error.domain, outcome->code = error.code;
        return NULL;
    }
    mongoc_client_pool_max_size(pool, size);
    mongoc_client_pool_set_error_api(pool, MONGOC_ERROR_API_VERSION_2);
    return pool;
}

// Not causally consistent: every read goes to the primary, and the read concern is set command by command.
static inline mongoc_client_session_t *shim_session_new(mongoc_client_t *client, shim_outcome *outcome) {
    bson_error_t error;
    mongoc_session_opt_t *options = mongoc_session_opts_new();
    mongoc_session_opts_set_causal_consistency(options, false);
    mongoc_client_session_t *session = mongoc_client_start_session(client, options, &error);
    mongoc_session_opts_destroy(options);
    if (!session) outcome->domain = error.domain, outcome->code = error.code;
    return session;
}

static inline bool shim_command(mongoc_client_t *client, const char *database, const unsigned char *bytes,
                                size_t length, const mongoc_client_session_t *session, bool is_retried_read,
                                shim_outcome *outcome) {
    bson_t command, options, reply;
    bson_error_t error = {0};
    bool is_done = false;
    if (!bson_init_static(&command, bytes, length)) return false;
    bson_init(&options);
    if (!session || mongoc_client_session_append(session, &options, &error)) {
        is_done = is_retried_read
            ? mongoc_client_read_command_with_opts(client, database, &command, NULL, &options, &reply, &error)
            : mongoc_client_command_with_opts(client, database, &command, NULL, &options, &reply, &error);
        shim_keep_reply(&reply, outcome);
        bson_destroy(&reply);
    }
    bson_destroy(&options);
    outcome->domain = error.domain, outcome->code = error.code;
    return is_done;
}

static inline bool shim_begin(mongoc_client_session_t *session, bool is_journaled, long long maximum_ms,
                              shim_outcome *outcome) {
    bson_error_t error = {0};
    mongoc_transaction_opt_t *options = mongoc_transaction_opts_new();
    mongoc_read_concern_t *read = mongoc_read_concern_new();
    mongoc_write_concern_t *write = mongoc_write_concern_new();
    mongoc_read_concern_set_level(read, MONGOC_READ_CONCERN_LEVEL_SNAPSHOT);
    mongoc_write_concern_set_wmajority(write, (int32_t)maximum_ms);
    mongoc_write_concern_set_journal(write, is_journaled);
    mongoc_transaction_opts_set_read_concern(options, read);
    mongoc_transaction_opts_set_write_concern(options, write);
    mongoc_transaction_opts_set_max_commit_time_ms(options, maximum_ms);
    bool is_done = mongoc_client_session_start_transaction(session, options, &error);
    mongoc_write_concern_destroy(write);
    mongoc_read_concern_destroy(read);
    mongoc_transaction_opts_destroy(options);
    outcome->domain = error.domain, outcome->code = error.code;
    return is_done;
}

static inline bool shim_commit(mongoc_client_session_t *session, shim_outcome *outcome) {
    bson_t reply;
    bson_error_t error = {0};
    bool is_done = mongoc_client_session_commit_transaction(session, &reply, &error);
    shim_keep_reply(&reply, outcome);
    bson_destroy(&reply);
    outcome->domain = error.domain, outcome->code = error.code;
    return is_done;
}

static inline mongoc_change_stream_t *shim_watch(mongoc_client_t *client, const char *database,
                                                 const char *collection, int wait_ms) {
    bson_t pipeline = BSON_INITIALIZER, options = BSON_INITIALIZER;
    BSON_APPEND_INT32(&options, "maxAwaitTimeMS", wait_ms);
    mongoc_collection_t *watched = mongoc_client_get_collection(client, database, collection);
    mongoc_change_stream_t *stream = mongoc_collection_watch(watched, &pipeline, &options);
    mongoc_collection_destroy(watched);
    bson_destroy(&pipeline);
    bson_destroy(&options);
    return stream;
}

// 1: an event in the outcome, 0: none within the wait, -1: the stream failed.
static inline int shim_next_event(mongoc_change_stream_t *stream, shim_outcome *outcome) {
    const bson_t *event = NULL;
    bson_error_t error = {0};
    if (mongoc_change_stream_next(stream, &event)) {
        shim_keep_reply(event, outcome);
        return 1;
    }
    if (!mongoc_change_stream_error_document(stream, &error, &event)) return 0;
    outcome->domain = error.domain, outcome->code = error.code;
    return -1;
}
