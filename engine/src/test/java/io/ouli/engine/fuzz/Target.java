package io.ouli.engine.fuzz;

import io.ouli.engine.fingerprint.FingerprintFuzzTarget;
import io.ouli.engine.http.HttpFuzzTarget;
import io.ouli.engine.recording.RecordingFuzzTarget;
import io.ouli.engine.redaction.RedactionFuzzTarget;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** What the coverage-guided fuzzer may be let loose on: each takes any bytes, and throws if it found a fault. */
enum Target {
    /** A request of any bytes: the fast canonical form against the plain one, and taken apart again. */
    FINGERPRINT("fingerprint", "FingerprintFuzzingInputs/anyRequest", FingerprintFuzzTarget::anyRequest),
    /** Two requests of one meaning in any spelling, and two of different meanings. */
    SPELLING("fingerprint", "FingerprintFuzzingInputs/spelling", FingerprintFuzzTarget::spelling),
    /** HTTP/1.1 of any bytes, as a whole and in pieces. */
    HTTP("http", "HttpFuzzingInputs/anyMessage", HttpFuzzTarget::anyMessage),
    /** A policy and a message: redacted for good, and still a message. */
    REDACTION("redaction", "RedactionFuzzingInputs/any", RedactionFuzzTarget::any),
    /** A file of any bytes in place of a recording. */
    RECORDING("recording", "RecordingFuzzingInputs/anyFile", RecordingFuzzTarget::anyFile),
    /** A recording whose checksums are right and whose numbers are not. */
    FORGED_RECORDING("recording", "RecordingFuzzingInputs/forgedFile", RecordingFuzzTarget::forgedFile);

    private final String folder;
    private final Consumer<byte[]> body;

    Target(final String room, final String inputs, final Consumer<byte[]> body) {
        folder = "io/ouli/engine/" + room + '/' + inputs;
        this.body = body;
    }

    /** Returns the name on the command line. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns the class path's folder of the inputs that every build runs. */
    String inputs() {
        return folder;
    }

    /** Runs it once. */
    void run(final byte[] input) {
        body.accept(input);
    }

    /** Returns the target of a name, or null. */
    static Target of(final String label) {
        return Arrays.stream(values()).filter(target -> target.label().equals(label)).findFirst().orElse(null);
    }

    /** Returns all names. */
    static List<String> labels() {
        return Arrays.stream(values()).map(Target::label).toList();
    }
}
