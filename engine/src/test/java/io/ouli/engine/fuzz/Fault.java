package io.ouli.engine.fuzz;

/**
 * A fault that was found.
 *
 * @param where what found it: a target's or a property's name.
 * @param cause what it threw.
 * @param input the minimal case, to be read by people.
 * @param kept  the file that holds it, or null.
 * @param again the command that shows it again.
 */
record Fault(String where, Throwable cause, String input, String kept, String again) {
}
