/** Content codings of HTTP bodies, undone within a bound. */
package io.ouli.engine.content;
