/** The admin port: health, counters for Prometheus, sessions, and what may be done to them while the proxy runs. */
package io.ouli.proxy.admin;
