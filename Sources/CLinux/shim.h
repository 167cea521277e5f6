#pragma once
// What Linux has and Glibc's module map leaves out.
#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
