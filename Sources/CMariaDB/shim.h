#pragma once
#include <mysql.h>
#include <errmsg.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
