/** {@code --profile}: where a command's time or memory goes, as a flame graph and as a flight recording. */
package io.ouli.proxy.profile;
