/**
 * What google/test-server makes of a request, bit for bit, so that its recordings replay here.
 *
 * <p>Its hash is SHA-256 of its request as Go's {@code encoding/json} indents it; hence Go's readings of URLs, header
 * fields, JSON and numbers, each in a class of its own, written from Go's documentation and behaviour.
 */
package io.ouli.engine.testserver;
