/** Recordings from and to the formats of others: google/test-server's files, HAR, JSON. */
package io.ouli.proxy.transfer;
