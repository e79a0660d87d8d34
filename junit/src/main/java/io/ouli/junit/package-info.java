/** JUnit 5: a recording for each test, replayed by a proxy of its own. {@link io.ouli.junit.Ouli} is the door. */
package io.ouli.junit;
