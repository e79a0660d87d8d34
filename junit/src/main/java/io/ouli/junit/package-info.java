/** JUnit 5: each test has its own recording and proxy. {@link io.ouli.junit.Ouli} is the entry point. */
package io.ouli.junit;
