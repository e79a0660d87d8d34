/* What the bindings need of libc; src/main/native/includes/libc.txt says which names are kept. */
#define _GNU_SOURCE
#include <features.h>

/*
 * Under __USE_GNU the socket functions take a transparent union, which jextract does not model. Without it they take
 * a plain struct sockaddr *, which is the same thing to the linker; accept4 is then missing and declared here.
 */
#undef __USE_GNU
#include <sys/socket.h>
#define __USE_GNU 1
int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags);

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
