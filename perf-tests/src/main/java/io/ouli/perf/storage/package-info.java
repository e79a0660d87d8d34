/** What the proxy needs as recordings grow: one that is far larger than its heap, and a folder of very many. */
package io.ouli.perf.storage;
