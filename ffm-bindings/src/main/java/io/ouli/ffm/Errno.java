package io.ouli.ffm;

/** Names of Linux's error numbers, and what an operator can do about those that ask for it. */
public final class Errno {
    // The numbers are the same on every processor that Native accepts; 0, 41 and 58 name nothing.
    private static final String[] NAMES = {
        null, "EPERM", "ENOENT", "ESRCH", "EINTR", "EIO", "ENXIO", "E2BIG", "ENOEXEC", "EBADF", "ECHILD", "EAGAIN",
        "ENOMEM", "EACCES", "EFAULT", "ENOTBLK", "EBUSY", "EEXIST", "EXDEV", "ENODEV", "ENOTDIR", "EISDIR", "EINVAL",
        "ENFILE", "EMFILE", "ENOTTY", "ETXTBSY", "EFBIG", "ENOSPC", "ESPIPE", "EROFS", "EMLINK", "EPIPE", "EDOM",
        "ERANGE", "EDEADLK", "ENAMETOOLONG", "ENOLCK", "ENOSYS", "ENOTEMPTY", "ELOOP", null, "ENOMSG", "EIDRM",
        "ECHRNG", "EL2NSYNC", "EL3HLT", "EL3RST", "ELNRNG", "EUNATCH", "ENOCSI", "EL2HLT", "EBADE", "EBADR", "EXFULL",
        "ENOANO", "EBADRQC", "EBADSLT", null, "EBFONT", "ENOSTR", "ENODATA", "ETIME", "ENOSR", "ENONET", "ENOPKG",
        "EREMOTE", "ENOLINK", "EADV", "ESRMNT", "ECOMM", "EPROTO", "EMULTIHOP", "EDOTDOT", "EBADMSG", "EOVERFLOW",
        "ENOTUNIQ", "EBADFD", "EREMCHG", "ELIBACC", "ELIBBAD", "ELIBSCN", "ELIBMAX", "ELIBEXEC", "EILSEQ", "ERESTART",
        "ESTRPIPE", "EUSERS", "ENOTSOCK", "EDESTADDRREQ", "EMSGSIZE", "EPROTOTYPE", "ENOPROTOOPT", "EPROTONOSUPPORT",
        "ESOCKTNOSUPPORT", "EOPNOTSUPP", "EPFNOSUPPORT", "EAFNOSUPPORT", "EADDRINUSE", "EADDRNOTAVAIL", "ENETDOWN",
        "ENETUNREACH", "ENETRESET", "ECONNABORTED", "ECONNRESET", "ENOBUFS", "EISCONN", "ENOTCONN", "ESHUTDOWN",
        "ETOOMANYREFS", "ETIMEDOUT", "ECONNREFUSED", "EHOSTDOWN", "EHOSTUNREACH", "EALREADY", "EINPROGRESS", "ESTALE",
        "EUCLEAN", "ENOTNAM", "ENAVAIL", "EISNAM", "EREMOTEIO", "EDQUOT", "ENOMEDIUM", "EMEDIUMTYPE", "ECANCELED",
        "ENOKEY", "EKEYEXPIRED", "EKEYREVOKED", "EKEYREJECTED", "EOWNERDEAD", "ENOTRECOVERABLE", "ERFKILL", "EHWPOISON"
    };

    private Errno() {
    }

    /**
     * {@return the name of an error number, such as {@code ECONNRESET}}
     *
     * @param errno positive.
     */
    public static String name(final int errno) {
        final String name = errno >= 0 && errno < NAMES.length ? NAMES[errno] : null;
        return name == null ? "errno " + errno : name;
    }

    /** {@return the name and number, in words where there is a common one, with the remedy where there is one} */
    public static String describe(final int errno) {
        final String meaning = meaning(name(errno));
        return name(errno) + " (" + errno + ")" + (meaning.isEmpty() ? "" : ", " + meaning);
    }

    private static String meaning(final String name) {
        return switch (name) {
            case "EPERM" -> "operation not permitted";
            case "ENOENT" -> "no such file or directory";
            case "EBADF" -> "bad file descriptor";
            case "EAGAIN" -> "resource temporarily unavailable";
            case "ENOMEM" -> "not enough memory, or over the limit of locked memory (ulimit -l)";
            case "EACCES" -> "permission denied";
            case "EINVAL" -> "invalid argument, or not known to this kernel";
            case "EMFILE" -> "too many open files in this process; raise ulimit -n";
            case "ENFILE" -> "too many open files in the system; raise fs.file-max";
            case "ENOSPC" -> "no space left on device";
            case "EDQUOT" -> "disk quota exceeded";
            case "EROFS" -> "read-only file system";
            case "ENOSYS" -> "this kernel, or a seccomp profile such as a container's, does not offer the call";
            case "EADDRINUSE" -> "address already in use";
            case "EADDRNOTAVAIL" -> "no such address on this machine";
            case "ECONNREFUSED" -> "connection refused";
            case "ECONNRESET" -> "connection reset by peer";
            case "ETIMEDOUT" -> "timed out";
            case "EHOSTUNREACH" -> "no route to host";
            case "ENETUNREACH" -> "network unreachable";
            case "EPIPE" -> "the peer reads no more";
            default -> "";
        };
    }

    /**
     * {@return what an operator can do when io_uring cannot be set up, one line}
     *
     * @param errno positive, as {@code io_uring_setup} gave it.
     */
    public static String ioUringRemedy(final int errno) {
        return switch (name(errno)) {
            case "ENOSYS" -> "the kernel has no io_uring (5.1 and later do), or a seccomp profile hides it";
            case "EPERM", "EACCES" -> "io_uring is forbidden: check sysctl kernel.io_uring_disabled (0 allows it) and,"
                    + " in a container, its seccomp profile (Docker's default forbids io_uring)";
            case "ENOMEM" -> "too little locked memory: raise ulimit -l, or memlock in the service's limits";
            case "EMFILE", "ENFILE" -> "no free file descriptor: raise ulimit -n";
            case "EINVAL" -> "this kernel does not know a flag that was asked for";
            default -> describe(errno);
        };
    }
}
