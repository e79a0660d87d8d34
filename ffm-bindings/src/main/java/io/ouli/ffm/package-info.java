/** Bindings to libc and io_uring; the only package that makes restricted FFM calls. */
package io.ouli.ffm;
