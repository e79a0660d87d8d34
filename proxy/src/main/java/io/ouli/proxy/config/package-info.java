/** The configuration file: Ouli's own keys and google/test-server's, read strictly, with the line in every error. */
package io.ouli.proxy.config;
