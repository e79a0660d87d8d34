/** What this machine offers and what is switched off: the examination behind {@code ouli doctor}. */
package io.ouli.proxy.doctor;
