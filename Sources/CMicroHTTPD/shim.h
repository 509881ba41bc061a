#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <microhttpd.h>

// Swift cannot call variadic C functions, and the Glibc module has no epoll: these wrappers add nothing else.

/// Keeps the request target as the client sent it. The library's own unescaping would turn %2F into a separator and
/// %00 into the end of the string.
static inline size_t microhttpd_keep_escapes(void *cls, struct MHD_Connection *connection, char *string) {
    (void)cls;
    (void)connection;
    return strlen(string);
}

/// Starts one polling thread on a listening socket that stays the caller's. NULL, with errno set, on failure.
/// With a key and a certificate chain, both PEM and kept by the caller, it speaks TLS 1.2 and 1.3.
static inline struct MHD_Daemon *microhttpd_start(
    int listening_socket, unsigned int idle_seconds, unsigned int connection_limit, const char *key,
    const char *certificates, void *cls,
    MHD_AccessHandlerCallback handler, void *(*target)(void *, const char *, struct MHD_Connection *),
    MHD_RequestCompletedCallback completed) {
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)key},
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)certificates},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
        {MHD_OPTION_END, 0, NULL},
    };
    struct MHD_OptionItem plain[] = {{MHD_OPTION_END, 0, NULL}};
    unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME;
    return MHD_start_daemon(
        key == NULL ? flags : flags | MHD_USE_TLS, 0, NULL, NULL, handler, cls,
        MHD_OPTION_LISTEN_SOCKET, listening_socket, MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds,
        MHD_OPTION_CONNECTION_LIMIT, connection_limit, MHD_OPTION_URI_LOG_CALLBACK, target, cls,
        MHD_OPTION_NOTIFY_COMPLETED, completed, cls, MHD_OPTION_UNESCAPE_CALLBACK, &microhttpd_keep_escapes, NULL,
        // The request line and headers must fit; the memory is only used when they are long.
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)256 * 1024, MHD_OPTION_ARRAY, key == NULL ? plain : tls, MHD_OPTION_END);
}

/// What a content reader answers; the library's own are macros with casts.
static inline ssize_t microhttpd_end_of_stream(void) { return MHD_CONTENT_READER_END_OF_STREAM; }
static inline ssize_t microhttpd_end_with_error(void) { return MHD_CONTENT_READER_END_WITH_ERROR; }

/// A response whose body comes from a reader.
static inline struct MHD_Response *microhttpd_streamed(
    void *cls, MHD_ContentReaderCallback reader, MHD_ContentReaderFreeCallback released) {
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 32768, reader, cls, released);
}

/// The connection's socket, or -1.
static inline int microhttpd_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == NULL ? -1 : info->connect_fd;
}

/// The client's address, or NULL.
static inline const struct sockaddr *microhttpd_client_address(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info == NULL ? NULL : info->client_addr;
}

/// Reports `id` once when the peer of `socket` hangs up; data that arrives is not an event.
static inline int microhttpd_watch_hangup(int epoll, int socket, uint64_t id) {
    struct epoll_event event = {.events = EPOLLRDHUP | EPOLLONESHOT, .data = {.u64 = id}};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event);
}

static inline int microhttpd_unwatch_hangup(int epoll, int socket) {
    return epoll_ctl(epoll, EPOLL_CTL_DEL, socket, NULL);
}

/// The ids whose peers hung up, without waiting. Fewer than 64: there are no more for now.
static inline int microhttpd_hangups(int epoll, uint64_t ids[64]) {
    struct epoll_event events[64];
    int count = epoll_wait(epoll, events, 64, 0);
    for (int i = 0; i < count; i++) ids[i] = events[i].data.u64;
    return count;
}
