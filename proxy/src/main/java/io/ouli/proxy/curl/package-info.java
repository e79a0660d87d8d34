/** Curl's command line, read as curl reads it and made into the request that it would send; nothing is sent. */
package io.ouli.proxy.curl;
