#pragma once
// What Linux has and Glibc's module map leaves out.
#include <arpa/inet.h>
#include <errno.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>

// Declared here because <sys/socket.h> hides it behind _GNU_SOURCE, which would change types that Glibc has imported.
extern int accept4(int socket, struct sockaddr *address, socklen_t *length, int flags);

// The enumerations of <sys/socket.h> and <sys/epoll.h> as plain integers.
enum {
    LANYARD_STREAM = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
    LANYARD_ACCEPT = SOCK_NONBLOCK | SOCK_CLOEXEC,
};
static const unsigned int lanyard_epoll_in = EPOLLIN;
static const unsigned int lanyard_epoll_out = EPOLLOUT;
static const unsigned int lanyard_epoll_broken = EPOLLERR | EPOLLHUP;

static inline int lanyard_epoll_control(int poll, int operation, int descriptor, unsigned int events,
                                        unsigned long long data) {
    struct epoll_event event = {.events = events, .data = {.u64 = data}};
    return epoll_ctl(poll, operation, descriptor, &event);
}

static inline int lanyard_limit_arenas(int count) { return mallopt(M_ARENA_MAX, count); }
