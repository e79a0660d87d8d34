package io.ouli.proxy.doctor;

/**
 * What was looked at, what was seen, and what to do about it.
 *
 * @param check  a short name that programs may rely on.
 * @param status how bad it is.
 * @param value  what was seen, in one line.
 * @param remedy what to type or change; empty when all is well.
 */
public record Finding(String check, Status status, String value, String remedy) {
    /** How bad it is. */
    public enum Status {
        /** As it should be. */
        OK,
        /** Slower or less exact than it could be; nothing fails. */
        NOTE,
        /** Something is switched off or will fail under load. */
        PROBLEM
    }

    static Finding ok(final String check, final String value) {
        return new Finding(check, Status.OK, value, "");
    }

    static Finding note(final String check, final String value, final String remedy) {
        return new Finding(check, Status.NOTE, value, remedy);
    }

    static Finding problem(final String check, final String value, final String remedy) {
        return new Finding(check, Status.PROBLEM, value, remedy);
    }
}
