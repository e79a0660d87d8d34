package io.ouli.proxy.cli;

import io.ouli.engine.Explainer;
import io.ouli.engine.Limits;
import io.ouli.engine.recording.ReadOptions;
import io.ouli.engine.recording.Recording;
import io.ouli.proxy.curl.CurlArguments;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the requests that {@code ouli explain} is asked about: recorded ones, raw HTTP in files or standard input, and
 * curl's arguments, in the order in which they were typed.
 */
final class ExplainOperands {
    static final String CURL = "curl";
    static final String NUMBER = "--number";
    private static final int MOST = 2;
    private static final String STDIN = "-";
    private static final byte[] RECORDING_MAGIC = "OULIRECR".getBytes(StandardCharsets.US_ASCII);
    private static final int KEY_BYTES = 32;

    private final Arguments arguments;
    private final InputStream stdin;
    private final Explainer explainer;
    private final List<Operand> operands = new ArrayList<>();

    /**
     * One request.
     *
     * @param label       what it is, for people.
     * @param message     the whole HTTP/1.1 message.
     * @param recordedKey the key in the recording, or null.
     */
    record Operand(String label, byte[] message, byte[] recordedKey) {
    }

    ExplainOperands(final Arguments arguments, final InputStream stdin, final Explainer explainer) {
        this.arguments = arguments;
        this.stdin = stdin;
        this.explainer = explainer;
    }

    /** {@return one request or two} */
    List<Operand> read() throws IOException {
        final List<String> words = arguments.words();
        final int curl = words.indexOf(CURL);
        final List<String> files = curl < 0 ? words : words.subList(0, curl);
        final List<Path> recordings = new ArrayList<>();
        for (final String name : files) {
            if (isRecording(name)) {
                recordings.add(Path.of(name));
            } else {
                operands.add(new Operand(name.equals(STDIN) ? "standard input" : name,
                        RawHttp.message(readHttp(name)), null));
            }
        }
        if (curl >= 0) {
            for (final byte[] message : CurlArguments.requests(words.subList(curl + 1, words.size()), stdin)) {
                operands.add(new Operand(CURL, message, null));
            }
        }
        readRecorded(recordings);
        if (operands.isEmpty()) {
            throw arguments.wrong("no request was given");
        }
        if (operands.size() > MOST) {
            throw arguments.wrong(operands.size() + " requests were given; at most two can be compared");
        }
        return operands;
    }

    /** Puts recorded requests first: what was recorded is what a request is compared with. */
    private void readRecorded(final List<Path> recordings) throws IOException {
        final List<Integer> numbers = arguments.numbers(NUMBER, 1, Limits.MAX_INTERACTIONS);
        final boolean several = recordings.size() == 1 && numbers.size() > 1;
        if (!several && numbers.size() > recordings.size()) {
            throw arguments.wrong(NUMBER + " is given " + numbers.size() + " times, for " + recordings.size()
                    + " recordings; give it once for each");
        }
        int at = 0;
        for (int i = 0; i < recordings.size(); i++) {
            try (Recording recording = Recording.open(recordings.get(i), ReadOptions.DEFAULT.withWholeIndex(true))) {
                if (several) {
                    for (final int number : numbers) {
                        operands.add(at++, recorded(recording, number));
                    }
                } else {
                    operands.add(at++, recorded(recording, i < numbers.size() ? numbers.get(i) : usual(recording)));
                }
            }
        }
    }

    /** {@return the number of the only interaction, or of the one closest to the other request} */
    private int usual(final Recording recording) {
        if (recording.count() == 1) {
            return 1;
        }
        final int closest = operands.size() == 1 && operands.getFirst().recordedKey() == null
                ? explainer.closest(recording, operands.getFirst().message()) : -1;
        if (closest < 0) {
            throw arguments.wrong(recording.path() + " has " + recording.count()
                    + " interactions; say which with " + NUMBER + " N");
        }
        return closest + 1;
    }

    private static Operand recorded(final Recording recording, final int number) {
        final String label = recording.path() + ", interaction " + number;
        final long slot = number > recording.count() ? Recording.NOT_FOUND : recording.slotAt(number - 1);
        if (number > recording.count()) {
            throw new CliException(ExitCode.USAGE, recording.path() + " has no interaction " + number + "; it has "
                    + recording.count());
        }
        if (slot < 0 || !recording.verify(slot)) {
            throw new CliException(ExitCode.USAGE, label + " is damaged; ouli verify says where");
        }
        final byte[] key = new byte[KEY_BYTES];
        recording.copyKey(slot, key, 0);
        return new Operand(label, recording.request(slot), key);
    }

    private boolean isRecording(final String name) throws IOException {
        if (name.equals(STDIN)) {
            return false;
        }
        final Path file;
        try {
            file = Path.of(name);
        } catch (final InvalidPathException e) {
            throw arguments.wrong("'" + name + "' is no file's name");
        }
        if (Files.isDirectory(file)) {
            throw arguments.wrong(file + " is a folder; name one of its recordings, which end with .ouli");
        }
        if (!Files.exists(file)) {
            throw arguments.wrong(file + " does not exist; name a recording or a file with a request");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return name.endsWith(".ouli") || Arrays.equals(in.readNBytes(RECORDING_MAGIC.length), RECORDING_MAGIC);
        }
    }

    private byte[] readHttp(final String name) throws IOException {
        final int most = Limits.MAX_REQUEST_BYTES + Limits.MAX_HEAD_BYTES;
        final byte[] bytes;
        if (name.equals(STDIN)) {
            bytes = stdin.readNBytes(most + 1);
        } else {
            try (InputStream in = Files.newInputStream(Path.of(name))) {
                bytes = in.readNBytes(most + 1);
            }
        }
        if (bytes.length > most) {
            throw arguments.wrong(name + " is larger than the " + most + " bytes that a request may have");
        }
        return bytes;
    }
}
